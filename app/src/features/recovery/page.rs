//! `/forgot-password`, and where it leads.

use super::api::ForgotPassword;
use super::words;
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
        <DoorPage title=words::FORGOT_TITLE words=words::FORGOT_DOOR>
            <p class="lead">{words::FORGOT_LEAD}</p>
            <ForgotPasswordForm/>
            <p class="card-foot">{words::REMEMBERED} <a href=use_path_with_next("/login")>{words::SIGN_IN}</a></p>
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
            <SubmitButton action class="button button-primary button-wide" words=words::SEND/>
        </Form>
    }
}

/// `/forgot-password/sent`: says the same whether the address has an account or not.
#[component]
pub(crate) fn ResetSentPage() -> impl IntoView {
    view! {
        <DoorPage title=words::SENT_TITLE words=words::SENT_DOOR>
            <p class="lead">
                {words::SENT_LEAD}
            </p>
            <p class="card-foot">
                {words::SENT_AGAIN[0]} <a href=use_path_with_next("/forgot-password")>{words::SENT_AGAIN[1]}</a> {words::SENT_AGAIN[2]}
            </p>
        </DoorPage>
    }
}
