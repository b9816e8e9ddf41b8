//! `/reauthenticate`: where the panel cannot ask.

use super::api::Reauthenticate;
use crate::auth_client;
use crate::components::{DoorPage, Form, FormAction, PasswordField, SubmitButton, Username};
use crate::current_user::use_current_user;
use crate::error::Field;
use crate::guard::{HOME_SIGNED_IN, next_in, same_site_path};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The form that takes the password once more.
#[component]
pub(crate) fn ReauthenticationPage() -> impl IntoView {
    let next = use_location().search.with_untracked(|query| next_in(query));
    let next = next.as_deref().and_then(same_site_path).unwrap_or(HOME_SIGNED_IN).to_owned();
    let back = next.clone();
    let user = use_current_user();
    let address = user.with_untracked(|user| user.as_ref().map(|user| user.email.clone()));
    let action = FormAction::new::<Reauthenticate>({
        let next = next.clone();
        move |answer| {
            auth_client::begin(answer?);
            // A new document, because the form that waits there is in the flow.
            let _ = window().location().assign(&next);
            Ok(())
        }
    });
    view! {
        <DoorPage title="Is it still you?" words="One more turn of the key.">
            <p class="lead">"Enter your password to go on."</p>
            <Form action>
                <Username address/>
                <PasswordField
                    name="current_password"
                    autocomplete="current-password"
                    error=action.field_error(Field::CurrentPassword)
                />
                <input type="hidden" name="next" value=next/>
                <SubmitButton action class="button button-primary button-wide" words="Go on"/>
            </Form>
            <p class="card-foot"><a href=back>"Cancel"</a></p>
        </DoorPage>
    }
}
