//! `/login`.

use super::api::LogIn;
use super::words;
use crate::theme::DoorPage;
use leptos::prelude::*;
use platform::auth_client;
use platform::components::{EmailField, Form, FormAction, NextField, PasswordField, SubmitButton, use_path_with_next};
use platform::error::Field;
use platform::from_server;

/// The form that signs a person in.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    view! {
        <DoorPage title=words::TITLE words=words::DOOR>
            <SignInForm/>
            <p class="card-foot"><a href=use_path_with_next("/forgot-password")>{words::FORGOT}</a></p>
            <p class="card-foot">{words::NEW} <a href=use_path_with_next("/signup")>{words::SIGN_UP}</a></p>
        </DoorPage>
    }
}

#[component]
fn SignInForm() -> impl IntoView {
    let action = FormAction::new::<LogIn>(|answer| answer.map(auth_client::begin));
    let ticked = SharedValue::new_str(|| from_server::refused_remember().to_string()).into_inner();
    view! {
        <Form action>
            <EmailField error=action.field_error(Field::Email)/>
            <PasswordField autocomplete="current-password" error=action.field_error(Field::Password)/>
            <div class="field">
                <label class="check">
                    <input class="check-box" type="checkbox" name="remember" value="true" checked=ticked == "true"/>
                    " "
                    <span>{words::REMEMBER}</span>
                </label>
            </div>
            <NextField/>
            <SubmitButton action class="button button-primary button-wide" words=words::TITLE/>
        </Form>
    }
}
