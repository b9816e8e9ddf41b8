//! `/forgot-password`, and where it leads.

use super::api::ForgotPassword;
use crate::theme::DoorPage;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use platform::components::{EmailField, Form, FormAction, NextField, SubmitButton, use_path_with_next};
use platform::error::Field;

/// The form that sends a link.
#[component]
pub(crate) fn ForgotPasswordPage() -> impl IntoView {
    view! {
        <DoorPage title="Forgot your password?" words="That happens to everyone.">
            <p class="lead">"Tell us your address, and we send you a link by which you choose a new one."</p>
            <ForgotPasswordForm/>
            <p class="card-foot">"Remembered it? " <a href=use_path_with_next("/login")>"Sign in"</a></p>
        </DoorPage>
    }
}

#[component]
fn ForgotPasswordForm() -> impl IntoView {
    let navigate = use_navigate();
    let sent = use_path_with_next("/forgot-password/sent");
    let action = FormAction::new::<ForgotPassword>(move |answer| {
        answer?;
        navigate(&sent, NavigateOptions::default());
        Ok(())
    });
    view! {
        <Form action>
            <EmailField error=action.field_error(Field::Email)/>
            <NextField/>
            <SubmitButton action class="button button-primary button-wide" words="Send a link"/>
        </Form>
    }
}

/// `/forgot-password/sent`: says the same whether the address has an account or not.
#[component]
pub(crate) fn ResetSentPage() -> impl IntoView {
    view! {
        <DoorPage title="Check your mail" words="Help is on its way.">
            <p class="lead">
                "If that address has an account, a mail with a link is on its way to it. The link works for ten minutes."
            </p>
            <p class="card-foot">
                "Nothing there? Look among the spam, or " <a href=use_path_with_next("/forgot-password")>"ask for another"</a> "."
            </p>
        </DoorPage>
    }
}
