//! `/verify-email`. With `new` in its address it asks for a new password in place of the account's, so that both ways
//! work without JavaScript.

use super::api::VerifyEmail;
use super::words;
use crate::features::link::{GoodLink, LinkPage, OpenedLink, PasswordProof, password_error};
use contract::LinkPurpose;
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use platform::auth_client;
use platform::components::{Form, FormAction, PasswordField, SubmitButton, Username, whole};
use platform::current_user::use_current_user;
use platform::guard::{destination, path_with_next};
use platform::password_rule::password_hint;

/// The page of the link that confirms an address.
#[component]
pub(crate) fn VerifyEmailPage() -> impl IntoView {
    view! {
        <LinkPage
            title=words::TITLE
            words=words::DOOR
            purpose=LinkPurpose::VerifyAddress
            form=|link| whole(view! { <Confirmation link/> })
            again=|next| whole(view! { <AnotherLink next/> })
        />
    }
}

/// The form, with what it has to ask for: nothing, where the account is signed in here.
#[component]
fn Confirmation(link: OpenedLink) -> impl IntoView {
    let query = use_query_map();
    let GoodLink { address, is_own, takes_new_password, .. } = link.link.clone();
    let is_new = Memo::new(move |_| query.with(|query| query.get_str("new").is_some()));
    view! {
        <p class="lead">{words::lead(&address)}</p>
        {if is_own {
            Either::Left(view! { <OwnForm link/> })
        } else {
            Either::Right(move || if takes_new_password && is_new.get() {
                Either::Left(view! { <NewPasswordForm link=link.clone()/> })
            } else {
                Either::Right(view! { <PasswordForm link=link.clone()/> })
            })
        }}
    }
}

fn confirming(link: OpenedLink) -> FormAction {
    FormAction::new::<VerifyEmail>(move |answer| {
        let onward = link.onward(|next| destination(next).to_owned());
        link.answered(answer.map(|()| auth_client::leave_for(&onward)))
    })
}

/// Where the session that asks is proof enough.
#[component]
fn OwnForm(link: OpenedLink) -> impl IntoView {
    let action = confirming(link.clone());
    view! {
        <Form action>
            <input type="hidden" name="token" value=link.token/>
            <SubmitButton action class="button button-primary button-wide" words=words::CONFIRM/>
        </Form>
    }
}

/// Where it takes the account's password. A person who does not know it proves the mailbox and chooses another: by
/// this link where that is allowed, else by another.
#[component]
fn PasswordForm(link: OpenedLink) -> impl IntoView {
    let action = confirming(link.clone());
    let OpenedLink { token, link: good, next, .. } = link;
    let other_way = if good.takes_new_password {
        format!("/verify-email?token={token}&new")
    } else {
        path_with_next("/forgot-password", next.as_deref())
    };
    view! {
        <Form action>
            <input type="hidden" name="token" value=token/>
            <PasswordProof action account=good.account/>
            <SubmitButton action class="button button-primary button-wide" words=words::CONFIRM/>
        </Form>
        <p class="card-foot">
            {words::FORGOTTEN} <a href=other_way>{words::CHOOSE}</a>
        </p>
    }
}

/// Where the owner of the mailbox does not know the account's password.
#[component]
fn NewPasswordForm(link: OpenedLink) -> impl IntoView {
    let action = confirming(link.clone());
    let OpenedLink { token, link: good, .. } = link;
    let other_way = format!("/verify-email?token={token}");
    view! {
        <Form action>
            <input type="hidden" name="token" value=token/>
            <input type="hidden" name="new" value="true"/>
            <Username address=good.address/>
            <PasswordField
                label=words::NEW_PASSWORD
                autocomplete="new-password"
                error=password_error(action)
                hint=password_hint()
            />
            <SubmitButton action class="button button-primary button-wide" words=words::CONFIRM/>
        </Form>
        <p class="card-foot">{words::KNOWN} <a href=other_way>{words::USE_IT}</a></p>
    }
}

/// How to come by another link: by the banner, for which one has to be signed in. The link may have been about another
/// account than the one that is signed in here, so that is named.
#[component]
fn AnotherLink(
    /// Where the person was going.
    next: Option<String>,
) -> impl IntoView {
    let login = path_with_next("/login", next.as_deref());
    let user = use_current_user();
    let here = Memo::new(move |_| user.with(|user| user.as_ref().map(|user| (user.email.clone(), user.verified))));
    move || match here.get() {
        Some((address, true)) => EitherOf3::A(view! { <p class="lead">{words::confirmed_already(&address)}</p> }),
        Some((address, false)) => EitherOf3::B(view! { <p class="lead">{words::press_again(&address)}</p> }),
        None => EitherOf3::C(view! {
            <p class="form-actions"><a class="button button-primary" href=login.clone()>{words::SIGN_IN}</a></p>
        }),
    }
}
