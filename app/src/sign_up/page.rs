//! `/signup`.

use super::api::SignUp;
use crate::auth_client;
use crate::components::{EmailField, Form, LockPlate, Page, PasswordField, Refusal, SubmitButton, form_action};
use crate::error::Field;
use crate::rendered::{password_min_length, take_address};
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
    let action = form_action::<SignUp>();
    let refusal = Refusal::of(action);
    let PasswordMinLength(least) = expect_context();
    let address = OnceResource::new(async { take_address().await });
    Effect::new(move |_| {
        if let Some(Ok(answer)) = action.value().get() {
            auth_client::begin(answer);
        }
    });
    view! {
        <Form action>
            <Suspense>
                {move || Suspend::new(async move {
                    view! { <EmailField error=refusal.field(Field::Email) value=address.await/> }
                })}
            </Suspense>
            <PasswordField
                autocomplete="new-password"
                error=refusal.field(Field::Password)
                hint=format!("At least {least} characters. A few words in a row are good.")
            />
            <SubmitButton action class="button button-primary button-wide">"Create account"</SubmitButton>
        </Form>
    }
}
