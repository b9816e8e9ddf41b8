//! `/account/security`.

use super::super::section::{Done, Section, Sheet};
use super::api::ChangePassword;
use super::words;
use leptos::html;
use leptos::prelude::*;
use platform::auth_client;
use platform::components::{Form, FormAction, PasswordField, SubmitButton, Username};
use platform::current_user::use_current_user;
use platform::error::Field;
use platform::password_rule::password_hint;
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

/// The form that changes the password.
#[component]
pub(crate) fn SecurityPage() -> impl IntoView {
    view! {
        <Section title=words::TITLE>
            <Sheet title=words::PASSWORD_TITLE>
                <p class="sheet-lead">{words::LEAD}</p>
                <PasswordForm/>
            </Sheet>
        </Section>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let user = use_current_user();
    let address = user.with_untracked(|user| user.as_ref().map(|user| user.email.clone()));
    let place = NodeRef::<html::Div>::new();
    let is_changed = RwSignal::new(false);
    let action = FormAction::new::<ChangePassword>(move |answer| {
        is_changed.try_set(answer.is_ok());
        auth_client::begin(answer?);
        // No password stays on the page longer than it is needed.
        if let Some(form) = place.try_get_untracked().flatten().and_then(|place| place.query_selector("form").ok()?) {
            form.unchecked_into::<HtmlFormElement>().reset();
        }
        Ok(())
    });
    view! {
        <div node_ref=place>
            <Done shown=is_changed by=action message=words::CHANGED/>
            <Form action>
                <Username address/>
                <PasswordField
                    label=words::CURRENT
                    name="current_password"
                    autocomplete="current-password"
                    error=action.field_error(Field::CurrentPassword)
                />
                <PasswordField
                    label=words::NEW
                    name="new_password"
                    autocomplete="new-password"
                    error=action.field_error(Field::NewPassword)
                    hint=password_hint()
                />
                <p class="form-actions"><SubmitButton action words=words::CHANGE/></p>
            </Form>
        </div>
    }
}
