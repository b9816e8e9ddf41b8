//! `/account/data`.

use super::super::section::{Section, Sheet};
use super::api::{DeleteAccount, DownloadData};
use super::words;
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
        <Section title=words::TITLE>
            <Sheet title=words::DOWNLOAD_TITLE>
                <p class="sheet-lead">{words::DOWNLOAD_LEAD}</p>
                <PlainForm url=DownloadData::PATH>
                    <p class="form-actions"><button class="button" type="submit">{words::DOWNLOAD}</button></p>
                </PlainForm>
            </Sheet>
            <Sheet title=words::DELETE_TITLE>
                <p class="sheet-lead">{words::DELETE_LEAD}</p>
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
                label=words::ADDRESS
                kind="email"
                value=typed
                error=action.field_error(Field::Confirmation)
                hint=words::ADDRESS_HINT
            />
        }
    };
    view! {
        <Form action>
            <Suspense>{move || Suspend::new(async move { field(typed.await) })}</Suspense>
            <p class="form-actions"><SubmitButton action class="button button-danger" words=words::DELETE/></p>
        </Form>
    }
}
