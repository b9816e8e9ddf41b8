//! `/notes`.

use super::Note;
use super::api::{AddNote, DeleteNote, EditNote, list_notes};
use leptos::prelude::*;
use platform::components::{Page, Record, RecordForm, RecordWords, TextAreaField, records};
use platform::error::AppError;

/// The user's notes.
#[component]
pub(crate) fn NotesPage() -> impl IntoView {
    view! {
        <Page title="Notes">
            <h1 class="title">"Notes"</h1>
            <p class="lead">"Only you can read these."</p>
            {records::<Note>()}
        </Page>
    }
}

impl Record for Note {
    type Add = AddNote;
    type Edit = EditNote;
    type Delete = DeleteNote;

    const PAGE: &'static str = "/notes";
    const WORDS: RecordWords = RecordWords {
        loading: "Fetching your notes …",
        empty: "No notes yet. Write the first one.",
        add: "Add note",
        current: "The note as it is now",
        changed: "This note was changed since you began. It now says:",
    };

    async fn list() -> Result<Vec<Self>, AppError> {
        list_notes().await
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> i64 {
        self.updated_at
    }

    fn texts(&self) -> Vec<(&'static str, String)> {
        vec![("body", self.body.clone())]
    }

    fn fields(form: RecordForm) -> impl IntoView {
        let label = if form.is_new() { "New note" } else { "Edit note" };
        view! { <TextAreaField form name="body" label/> }
    }

    fn shown(self) -> impl IntoView {
        view! { <p class="record-text">{self.body}</p> }
    }
}
