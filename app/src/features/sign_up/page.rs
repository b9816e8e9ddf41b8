//! `/signup`, and where it leads if the address has to be confirmed first.

use super::api::SignUp;
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
        <DoorPage title="Create account" words="Good to have you here.">
            <SignUpForm/>
            <p class="card-foot">"Already have one? " <a href=use_path_with_next("/login")>"Sign in"</a></p>
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
            <SubmitButton action class="button button-primary button-wide" words="Create account"/>
        </Form>
    }
}

/// `/signup/sent`: says the same whether the address had an account before or not.
#[component]
pub(crate) fn SignUpSentPage() -> impl IntoView {
    view! {
        <DoorPage title="Check your mail" words="Almost there.">
            <p class="lead">"A mail with a link is on its way to you. Follow it to confirm your address, then sign in."</p>
            <p class="card-foot">
                "Nothing there? Look among the spam. " <a href=use_path_with_next("/login")>"Sign in"</a> " with your password, and we send another."
            </p>
        </DoorPage>
    }
}
