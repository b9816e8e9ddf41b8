//! A list of records that their owner adds to, edits in place and deletes from.
//!
//! A feature implements [`Record`] for its type and calls [`records()`] on its page. Everything works without
//! JavaScript. In the browser an answer changes the list in place, and:
//!
//! - text that was typed and not sent is kept as a draft, also on the way to another page and back;
//! - a record that was changed elsewhere is shown beside the text that was to replace it;
//! - the focus stays where the person is, or goes on to the next record.

mod draft;
mod edit_form;
mod fields;
mod focus;
mod form;
mod list;
mod new_form;
mod row;

pub use fields::{CheckField, LineField, TextAreaField, ticked};
pub use form::RecordForm;
pub use list::records;

use crate::auth_client::{Answer, Post};
use crate::error::AppError;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::Serialize;

/// A row of a table that its owner lists, adds, edits and deletes on one page.
pub trait Record: Answer + Clone + Serialize + Send + Sync {
    /// The server function that adds a record.
    type Add: ServerFn<Error = AppError, Client: Post, Output = Self> + 'static;
    /// The server function that changes a record. Beside the fields it takes `id` and `version`.
    type Edit: ServerFn<Error = AppError, Client: Post, Output = Self> + 'static;
    /// The server function that deletes a record. It takes `id` and `version`.
    type Delete: ServerFn<Error = AppError, Client: Post, Output = String> + 'static;

    /// The path of the page.
    const PAGE: &'static str;
    /// The words on the page.
    const WORDS: RecordWords;

    /// Fetches the records, the newest first.
    fn list() -> impl Future<Output = Result<Vec<Self>, AppError>> + Send;

    /// Returns the columns that every record has.
    fn stamp(&self) -> Stamp<'_>;

    /// Returns what the record holds as the text of each field, with the field's name.
    fn texts(&self) -> Vec<(&'static str, String)>;

    /// Shows the fields of the form that adds a record, and of the form that changes one.
    fn fields(form: RecordForm) -> impl IntoView + 'static;

    /// Shows the record.
    fn shown(self) -> impl IntoView + 'static;
}

/// The columns that every record has.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The id.
    pub id: &'a str,
    /// The number of the version. A form is refused if it was made from another version.
    pub version: i64,
    /// When the record was last changed, in milliseconds UTC.
    pub updated_at: i64,
}

/// The words on a page of records.
#[derive(Clone, Copy, Debug)]
pub struct RecordWords {
    /// While the records are fetched: `Fetching your notes …`.
    pub loading: &'static str,
    /// Where there are none: `No notes yet.`.
    pub empty: &'static str,
    /// The button that adds one: `Add note`.
    pub add: &'static str,
    /// The name of the record beside a text that was to replace it: `The note as it is now`.
    pub current: &'static str,
    /// Why it is shown: `This note was changed since you began. It now says:`.
    pub changed: &'static str,
}
