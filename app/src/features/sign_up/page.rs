//! `/signup`, and where it leads if the address has to be confirmed first.

use super::api::SignUp;
use super::words;
use crate::theme::DoorPage;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use platform::auth_client;
use platform::components::{EmailField, Form, FormAction, NextField, PasswordField, SubmitButton, use_path_with_next};
use platform::error::Field;
use platform::password_rule::password_hint;

/// The form that makes an account.
#[component]
pub(crate) fn SignUpPage() -> impl IntoView {
    view! {
        <DoorPage title=words::TITLE words=words::DOOR>
            <SignUpForm/>
            <p class="card-foot">{words::HAS_ACCOUNT} <a href=use_path_with_next("/login")>{words::SIGN_IN}</a></p>
        </DoorPage>
    }
}

#[component]
fn SignUpForm() -> impl IntoView {
    let navigate = use_navigate();
    let sent = use_path_with_next("/signup/sent");
    let action = FormAction::new::<SignUp>(move |answer| {
        match answer? {
            Some(signed_in) => auth_client::begin(signed_in),
            None => navigate(&sent, NavigateOptions::default()),
        }
        Ok(())
    });
    view! {
        <Form action>
            <EmailField error=action.field_error(Field::Email)/>
            <PasswordField
                autocomplete="new-password"
                error=action.field_error(Field::Password)
                hint=password_hint()
            />
            <NextField/>
            <SubmitButton action class="button button-primary button-wide" words=words::TITLE/>
        </Form>
    }
}

/// `/signup/sent`: says the same whether the address had an account before or not.
#[component]
pub(crate) fn SignUpSentPage() -> impl IntoView {
    view! {
        <DoorPage title=words::SENT_TITLE words=words::SENT_DOOR>
            <p class="lead">{words::SENT_LEAD}</p>
            <p class="card-foot">
                {words::SENT_AGAIN[0]} <a href=use_path_with_next("/login")>{words::SIGN_IN}</a> {words::SENT_AGAIN[1]}
            </p>
        </DoorPage>
    }
}
