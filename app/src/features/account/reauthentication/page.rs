//! `/reauthenticate`: where the panel cannot ask.

use super::api::Reauthenticate;
use super::words;
use crate::theme::DoorPage;
use leptos::prelude::*;
use platform::auth_client;
use platform::components::{Form, FormAction, NextField, PasswordField, SubmitButton, Username, use_next};
use platform::current_user::use_current_user;
use platform::error::Field;
use platform::guard::destination;

/// The form that takes the password once more.
#[component]
pub(crate) fn ReauthenticationPage() -> impl IntoView {
    let next = destination(use_next().as_deref()).to_owned();
    let back = next.clone();
    let user = use_current_user();
    let address = user.with_untracked(|user| user.as_ref().map(|user| user.email.clone()));
    let action = FormAction::new::<Reauthenticate>(move |answer| {
        auth_client::begin(answer?);
        // A new document, because the form that waits there is in the flow.
        let _ = window().location().assign(&next);
        Ok(())
    });
    view! {
        <DoorPage title=words::TITLE words=words::DOOR>
            <p class="lead">{words::LEAD}</p>
            <Form action>
                <Username address/>
                <PasswordField
                    name="current_password"
                    autocomplete="current-password"
                    error=action.field_error(Field::CurrentPassword)
                />
                <NextField/>
                <SubmitButton action class="button button-primary button-wide" words=words::GO_ON/>
            </Form>
            <p class="card-foot"><a href=back>{words::CANCEL}</a></p>
        </DoorPage>
    }
}
