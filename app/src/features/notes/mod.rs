//! The example feature, for a fork to copy or replace: a user's own short notes.

mod api;
mod page;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod v1;
mod words;

pub use api::{AddNote, DeleteNote, EditNote, ListNotes, add_note, delete_note, edit_note, list_notes};

use leptos::server_fn::ServerFn;
use page::NotesPage;
use platform::auth_client::Answer;
use platform::page;
use platform::site::{Feature, KeptFields, Link, Place};
use serde::{Deserialize, Serialize};

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[page!("/notes" is for SignedIn: NotesPage from data)],
    navigation: &[Link { path: "/notes", words: words::TITLE }],
    // Twice as long as is allowed, so that a person can shorten what was too long.
    kept: &[KeptFields { endpoints: &[AddNote::PATH, EditNote::PATH], fields: &[("body", 4_000)], place: Place::Flow }],
    #[cfg(feature = "ssr")]
    export: Some(store::EXPORT),
    #[cfg(feature = "ssr")]
    api: Some(v1::routes),
    ..Feature::EMPTY
};

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Note {
    /// A `UUIDv7`.
    pub id: String,
    /// The text, with newlines.
    pub body: String,
    /// Counts the changes: 1 for a note that was never changed. A form names the version that it was made from.
    pub version: i64,
    /// When the note was written, in milliseconds UTC.
    pub created_at: i64,
    /// When the note was last changed, in milliseconds UTC.
    pub updated_at: i64,
}

impl Answer for Note {}

/// The fields of the form, as a person typed them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NoteFields {
    /// The text.
    pub body: String,
}

#[cfg(test)]
mod tests {
    use super::{AddNote, DeleteNote, EditNote, ListNotes};
    use leptos::server_fn::ServerFn;

    #[test]
    fn the_endpoints_of_notes_have_the_names_that_clients_know() {
        assert_eq!(ListNotes::PATH, "/api/notes/list");
        assert_eq!(AddNote::PATH, "/api/notes/add");
        assert_eq!(EditNote::PATH, "/api/notes/edit");
        assert_eq!(DeleteNote::PATH, "/api/notes/delete");
    }
}
