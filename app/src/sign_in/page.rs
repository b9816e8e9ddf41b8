//! `/login`.

use super::api::LogIn;
use crate::auth_client;
use crate::components::{DoorPage, EmailField, Form, FormAction, PasswordField, SubmitButton};
use crate::error::Field;
use crate::guard::next_in;
use crate::rendered;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The form that signs a person in.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    view! {
        <DoorPage title="Sign in" words="The key is under the mat. Only yours fits.">
            <SignInForm/>
            <p class="card-foot"><a href="/forgot-password">"Forgot your password?"</a></p>
            <p class="card-foot">"New here? " <a href="/signup">"Create account"</a></p>
        </DoorPage>
    }
}

#[component]
fn SignInForm() -> impl IntoView {
    let action = FormAction::new::<LogIn>(|answer| answer.map(auth_client::begin));
    let ticked = SharedValue::new_str(|| rendered::refused_remember().to_string()).into_inner();
    let next = use_location().search.with_untracked(|query| next_in(query));
    view! {
        <Form action>
            <EmailField error=action.field_error(Field::Email)/>
            <PasswordField autocomplete="current-password" error=action.field_error(Field::Password)/>
            <div class="field">
                <label class="check">
                    <input class="check-box" type="checkbox" name="remember" value="true" checked=ticked == "true"/>
                    " "
                    <span>"Keep me signed in"</span>
                </label>
            </div>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <SubmitButton action class="button button-primary button-wide" words="Sign in"/>
        </Form>
    }
}
