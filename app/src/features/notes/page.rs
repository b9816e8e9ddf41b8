//! `/notes`.

use super::api::{AddNote, DeleteNote, EditNote, list_notes};
use super::{Note, words};
use leptos::prelude::*;
use platform::components::{Page, Record, RecordForm, RecordWords, Stamp, TextAreaField, records};
use platform::error::AppError;

/// The user's notes.
#[component]
pub(crate) fn NotesPage() -> impl IntoView {
    view! {
        <Page title=words::TITLE>
            <h1 class="title">{words::TITLE}</h1>
            <p class="lead">{words::LEAD}</p>
            {records::<Note>()}
        </Page>
    }
}

impl Record for Note {
    type Add = AddNote;
    type Edit = EditNote;
    type Delete = DeleteNote;

    const PAGE: &'static str = "/notes";
    const WORDS: RecordWords = words::RECORDS;

    async fn list() -> Result<Vec<Self>, AppError> {
        list_notes().await
    }

    fn stamp(&self) -> Stamp<'_> {
        Stamp { id: &self.id, version: self.version, updated_at: self.updated_at }
    }

    fn texts(&self) -> Vec<(&'static str, String)> {
        vec![("body", self.body.clone())]
    }

    fn fields(form: RecordForm) -> impl IntoView {
        let label = if form.is_new() { words::NEW } else { words::EDIT };
        view! { <TextAreaField form name="body" label/> }
    }

    fn shown(self) -> impl IntoView {
        view! { <p class="record-text">{self.body}</p> }
    }
}
