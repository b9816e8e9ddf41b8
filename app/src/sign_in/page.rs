//! `/login`.

use super::api::LogIn;
use crate::auth_client;
use crate::components::{EmailField, Form, LockPlate, Page, PasswordField, Refusal, SubmitButton, form_action};
use crate::error::Field;
use crate::rendered::take_address;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The form that signs a person in.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    view! {
        <Page title="Sign in" class="page page-split">
            <div class="door">
                <LockPlate/>
                <p class="door-words">"The key is under the mat. Only yours fits."</p>
            </div>
            <section class="card">
                <h1 class="title">"Sign in"</h1>
                <SignInForm/>
                <p class="card-foot">"New here? " <a href="/signup">"Create account"</a></p>
            </section>
        </Page>
    }
}

#[component]
fn SignInForm() -> impl IntoView {
    let action = form_action::<LogIn>();
    let refusal = Refusal::of(action);
    let next = use_query_map().with_untracked(|query| query.get("next"));
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
            <PasswordField autocomplete="current-password" error=refusal.field(Field::Password)/>
            <div class="field">
                <label class="check">
                    <input class="check-box" type="checkbox" name="remember" value="true"/>
                    " "
                    <span>"Keep me signed in"</span>
                </label>
            </div>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <SubmitButton action class="button button-primary button-wide">"Sign in"</SubmitButton>
        </Form>
    }
}
