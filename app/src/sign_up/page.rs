//! `/signup`.

use super::api::SignUp;
use crate::auth_client;
use crate::components::{EmailField, Form, FormAction, LockPlate, Page, PasswordField, SubmitButton};
use crate::error::Field;
use crate::rendered::password_min_length;
use leptos::prelude::*;

/// The least number of characters of a password, as the server is configured.
#[derive(Clone, Copy)]
struct PasswordMinLength(usize);

/// Puts what the sign-up form says about passwords into context, from the first document: the browser has no
/// configuration of its own.
pub(crate) fn provide_password_rule() {
    provide_context(PasswordMinLength(SharedValue::new(password_min_length).into_inner()));
}

/// The form that makes an account.
#[component]
pub(crate) fn SignUpPage() -> impl IntoView {
    view! {
        <Page title="Create account" class="page page-split">
            <div class="door">
                <LockPlate/>
                <p class="door-words">"Cut yourself a key."</p>
            </div>
            <section class="card">
                <h1 class="title">"Create account"</h1>
                <SignUpForm/>
                <p class="card-foot">"Already have one? " <a href="/login">"Sign in"</a></p>
            </section>
        </Page>
    }
}

#[component]
fn SignUpForm() -> impl IntoView {
    let action = FormAction::new::<SignUp>(|answer| answer.map(auth_client::begin));
    let PasswordMinLength(least) = expect_context();
    view! {
        <Form action>
            <EmailField error=action.field_error(Field::Email)/>
            <PasswordField
                autocomplete="new-password"
                error=action.field_error(Field::Password)
                hint=format!("At least {least} characters. A few words in a row are good.")
            />
            <SubmitButton action class="button button-primary button-wide" words="Create account"/>
        </Form>
    }
}
