//! `/confirm-email` and `/undo-email`.

use super::api::{ConfirmEmail, UndoEmail};
use crate::features::link::{GoodLink, LinkPage, OpenedLink, PasswordProof};
use contract::LinkPurpose;
use leptos::prelude::*;
use platform::auth_client;
use platform::components::{Form, FormAction, PasswordField, SubmitButton, Username, whole};
use platform::error::Field;
use platform::password_rule::password_hint;

/// The page of the link that a new address is sent.
#[component]
pub(crate) fn ConfirmEmailPage() -> impl IntoView {
    view! {
        <LinkPage
            title="Confirm your new address"
            words="Same account, new address."
            purpose=LinkPurpose::ConfirmAddress
            form=|link| whole(view! { <ConfirmEmailForm link/> })
            again=|_| whole(view! {
                <p class="form-actions"><a class="button button-primary" href="/account">"Ask for a new link"</a></p>
            })
        />
    }
}

#[component]
fn ConfirmEmailForm(link: OpenedLink) -> impl IntoView {
    let OpenedLink { token, link: good, .. } = link.clone();
    let action = FormAction::new::<ConfirmEmail>(move |answer| {
        let onward = link.onward(|_| "/account".to_owned());
        link.answered(answer.map(|()| auth_client::leave_for(&onward)))
    });
    let GoodLink { address, account, is_own, .. } = good;
    view! {
        <p class="lead">
            "The account of " {account.clone()} " gets the address " {address}
            ". From then on you sign in with that. We tell the old address about it."
        </p>
        {(!is_own).then(|| view! {
            <p class="lead">"If it is not your account, close this page: without its password nothing changes."</p>
        })}
        <Form action>
            <input type="hidden" name="token" value=token/>
            <RefusedAddress action/>
            {(!is_own).then(|| view! { <PasswordProof action account/> })}
            <SubmitButton action class="button button-primary button-wide" words="Use this address"/>
        </Form>
        {(!is_own).then(|| view! {
            <p class="card-foot">
                "Forgotten the password? " <a href="/forgot-password">"Choose a new password"</a>
                ", then ask for the new address again."
            </p>
        })}
    }
}

/// Says that another account has the address by now, for which these forms have no field.
#[component]
fn RefusedAddress(action: FormAction) -> impl IntoView {
    let error = action.field_error(Field::Email);
    let words = move || error.get().map(|error| view! { <p class="notice notice-error">{error.to_string()}</p> });
    view! { <div class="notices" role="alert">{words}</div> }
}

/// The page of the link that the old address is sent.
#[component]
pub(crate) fn UndoEmailPage() -> impl IntoView {
    view! {
        <LinkPage
            title="Take your account back"
            words="Your account stays yours."
            purpose=LinkPurpose::UndoAddress
            form=|link| whole(view! { <UndoEmailForm link/> })
            again=|_| whole(view! {
                <p class="lead">
                    "Such a link is sent once, with the change that it undoes. If the account has this address again, a new password will do."
                </p>
                <p class="form-actions"><a class="button button-primary" href="/forgot-password">"Choose a new password"</a></p>
            })
        />
    }
}

#[component]
fn UndoEmailForm(link: OpenedLink) -> impl IntoView {
    let OpenedLink { token, link: good, .. } = link.clone();
    let action = FormAction::new::<UndoEmail>(move |answer| {
        let onward = link.onward(|_| "/login".to_owned());
        link.answered(answer.map(|()| auth_client::leave_for(&onward)))
    });
    let now = Some(good.account).filter(|account| *account != good.address);
    view! {
        <p class="lead">
            "The account" {now.map(|now| format!(" that now has the address {now}"))} " gets the address "
            {good.address.clone()} " back. Every device is signed out, and whoever changed the address needs the password that you choose now."
        </p>
        <Form action>
            <input type="hidden" name="token" value=token/>
            <RefusedAddress action/>
            <Username address=good.address/>
            <PasswordField
                label="New password"
                autocomplete="new-password"
                error=action.field_error(Field::Password)
                hint=password_hint()
            />
            <SubmitButton action class="button button-primary button-wide" words="Take it back"/>
        </Form>
    }
}
