//! `/verify-email`. With `new` in its address it asks for a new password in place of the account's, so that both ways
//! work without JavaScript.

use super::api::VerifyEmail;
use crate::auth_client;
use crate::components::{Form, FormAction, PasswordField, SubmitButton, Username, whole};
use crate::current_user::use_current_user;
use crate::error::{Field, FieldError};
use crate::link::{LinkPage, LinkPurpose, OpenedLink};
use crate::sign_up::password_hint;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page of the link that confirms an address.
#[component]
pub(crate) fn VerifyEmailPage() -> impl IntoView {
    view! {
        <LinkPage
            title="Confirm your address"
            words="One knock, so that we know it is you."
            purpose=LinkPurpose::VerifyAddress
            form=|link| whole(view! { <Confirmation link/> })
            again=|| whole(view! { <AnotherLink/> })
        />
    }
}

/// The form, with what it has to ask for.
#[component]
fn Confirmation(link: OpenedLink) -> impl IntoView {
    let asks_password = link.link.asks_password;
    let query = use_query_map();
    let is_new = Memo::new(move |_| query.with(|query| query.get_str("new").is_some()));
    view! {
        <p class="lead">"It is " {link.link.address.clone()} ", and mail to it reaches you: this link shows it."</p>
        {if asks_password {
            Either::Left(move || if is_new.get() {
                Either::Left(view! { <NewPasswordForm link=link.clone()/> })
            } else {
                Either::Right(view! { <PasswordForm link=link.clone()/> })
            })
        } else {
            Either::Right(view! { <PlainForm link/> })
        }}
    }
}

fn confirming(link: OpenedLink) -> FormAction {
    FormAction::new::<VerifyEmail>(move |answer| link.answered(answer.map(|()| auth_client::leave_for("/account"))))
}

/// Where the link is enough, or the session that asks.
#[component]
fn PlainForm(link: OpenedLink) -> impl IntoView {
    let action = confirming(link.clone());
    view! {
        <Form action>
            <input type="hidden" name="token" value=link.token/>
            <SubmitButton action class="button button-primary button-wide" words="Confirm address"/>
        </Form>
    }
}

/// What is wrong with the password, whether the account's or a new one.
fn password_error(action: FormAction) -> Signal<Option<FieldError>> {
    let (new, current) = (action.field_error(Field::Password), action.field_error(Field::CurrentPassword));
    Signal::derive(move || new.get().or_else(|| current.get()))
}

/// Where it takes the account's password.
#[component]
fn PasswordForm(link: OpenedLink) -> impl IntoView {
    let action = confirming(link.clone());
    let OpenedLink { token, link: good, .. } = link;
    let other_way = format!("/verify-email?token={token}&new");
    view! {
        <Form action>
            <input type="hidden" name="token" value=token/>
            <Username address=good.address/>
            <PasswordField autocomplete="current-password" error=password_error(action)/>
            <SubmitButton action class="button button-primary button-wide" words="Confirm address"/>
        </Form>
        <p class="card-foot">
            "Forgotten it, or was it not you who made the account? " <a href=other_way>"Choose a new password"</a>
        </p>
    }
}

/// Where the account's password is not known to whoever has its mail.
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
                label="New password"
                autocomplete="new-password"
                error=password_error(action)
                hint=password_hint()
            />
            <SubmitButton action class="button button-primary button-wide" words="Confirm address"/>
        </Form>
        <p class="card-foot">"You know the account's password? " <a href=other_way>"Use that"</a></p>
    }
}

/// How to come by another link: by the banner, for which one has to be signed in.
#[component]
fn AnotherLink() -> impl IntoView {
    let user = use_current_user();
    let verified = Memo::new(move |_| user.with(|user| user.as_ref().map(|user| user.verified)));
    move || match verified.get() {
        Some(verified) => {
            let words = if verified {
                "Your address is confirmed already."
            } else {
                "Press “Send again” above for a new one."
            };
            Either::Left(view! { <p class="lead">{words}</p> })
        }
        None => Either::Right(view! {
            <p class="form-actions"><a class="button button-primary" href="/login">"Sign in for a new link"</a></p>
        }),
    }
}
