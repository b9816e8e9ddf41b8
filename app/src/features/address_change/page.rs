//! `/confirm-email` and `/undo-email`.

use super::api::{ConfirmEmail, UndoEmail};
use super::words;
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
            title=words::CONFIRM_TITLE
            words=words::CONFIRM_DOOR
            purpose=LinkPurpose::ConfirmAddress
            form=|link| whole(view! { <ConfirmEmailForm link/> })
            again=|_| whole(view! {
                <p class="form-actions"><a class="button button-primary" href="/account">{words::ANOTHER_LINK}</a></p>
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
        <p class="lead">{words::confirm_lead(&account, &address)}</p>
        {(!is_own).then(|| view! {
            <p class="lead">{words::NOT_YOURS}</p>
        })}
        <Form action>
            <input type="hidden" name="token" value=token/>
            <RefusedAddress action/>
            {(!is_own).then(|| view! { <PasswordProof action account/> })}
            <SubmitButton action class="button button-primary button-wide" words=words::CONFIRM/>
        </Form>
        {(!is_own).then(|| view! {
            <p class="card-foot">
                {words::FORGOTTEN[0]} <a href="/forgot-password">{words::CHOOSE}</a>
                {words::FORGOTTEN[1]}
            </p>
        })}
    }
}

/// Says that another account has the address by now, for which these forms have no field.
#[component]
fn RefusedAddress(action: FormAction) -> impl IntoView {
    let error = action.field_error(Field::Email);
    let shown = move || error.get().map(|error| view! { <p class="notice notice-error">{error.to_string()}</p> });
    view! { <div class="notices" role="alert">{shown}</div> }
}

/// The page of the link that the old address is sent.
#[component]
pub(crate) fn UndoEmailPage() -> impl IntoView {
    view! {
        <LinkPage
            title=words::UNDO_TITLE
            words=words::UNDO_DOOR
            purpose=LinkPurpose::UndoAddress
            form=|link| whole(view! { <UndoEmailForm link/> })
            again=|_| whole(view! {
                <p class="lead">{words::NO_OTHER_LINK}</p>
                <p class="form-actions"><a class="button button-primary" href="/forgot-password">{words::CHOOSE}</a></p>
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
        <p class="lead">{words::undo_lead(now.as_deref(), &good.address)}</p>
        <Form action>
            <input type="hidden" name="token" value=token/>
            <RefusedAddress action/>
            <Username address=good.address/>
            <PasswordField
                label=words::NEW_PASSWORD
                autocomplete="new-password"
                error=action.field_error(Field::Password)
                hint=password_hint()
            />
            <SubmitButton action class="button button-primary button-wide" words=words::UNDO/>
        </Form>
    }
}
