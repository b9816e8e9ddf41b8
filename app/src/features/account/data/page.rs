//! `/account/data`.

use super::super::section::{Section, Sheet};
use super::api::{DeleteAccount, DownloadData};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use platform::auth_client;
use platform::components::{Form, FormAction, PlainForm, SubmitButton, TextField};
use platform::error::Field;
use platform::from_server::take_field;
use platform::resource::once;

/// The forms by which a person takes everything along, and leaves.
#[component]
pub(crate) fn DataPage() -> impl IntoView {
    view! {
        <Section title="Your data">
            <Sheet title="Take it with you">
                <p class="sheet-lead">"One file with everything we keep about you: your account, your devices, your mail, your activity and everything you have written here."</p>
                <PlainForm url=DownloadData::PATH>
                    <p class="form-actions"><button class="button" type="submit">"Download my data"</button></p>
                </PlainForm>
            </Sheet>
            <Sheet title="Delete the account">
                <p class="sheet-lead">"Your account, your devices and everything you have written here are gone at once, and nobody can bring them back. It waits while a former address can still undo its change."</p>
                <DeleteForm/>
            </Sheet>
        </Section>
    }
}

#[component]
fn DeleteForm() -> impl IntoView {
    let typed = once(async { take_field(DeleteAccount::PATH, "confirmation").await });
    let action = FormAction::new::<DeleteAccount>(|answer| answer.map(|()| auth_client::end()));
    let field = move |typed: Option<String>| {
        view! {
            <TextField
                name="confirmation"
                draft=DeleteAccount::PATH
                label="Your address"
                kind="email"
                value=typed
                error=action.field_error(Field::Confirmation)
                hint="Type the address of this account to confirm."
            />
        }
    };
    view! {
        <Form action>
            <Suspense>{move || Suspend::new(async move { field(typed.await) })}</Suspense>
            <p class="form-actions"><SubmitButton action class="button button-danger" words="Delete my account"/></p>
        </Form>
    }
}
