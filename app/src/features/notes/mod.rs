//! The example feature, for a fork to copy or replace: a user's own short notes.

mod api;
mod page;
#[cfg(feature = "ssr")]
pub(crate) mod store;

pub use api::{AddNote, DeleteNote, EditNote, ListNotes, add_note, delete_note, edit_note, list_notes};
pub(crate) use page::NotesPage;

use crate::auth_client::Answer;
use serde::{Deserialize, Serialize};

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
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
