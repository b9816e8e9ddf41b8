//! The server functions of the notes. Each asks for the session itself, because the guard of the page is a courtesy.

#![allow(missing_docs, reason = "`#[server]` makes a public struct of the arguments, which the function describes")]

use super::{Note, NoteFields};
use leptos::prelude::*;
use platform::auth_client::AuthClient;
use platform::error::AppError;

/// Returns the user's notes, the newest first.
#[server(endpoint = "notes/list", client = AuthClient)]
pub async fn list_notes() -> Result<Vec<Note>, AppError> {
    use super::store;
    use platform::ssr;

    store::list(&ssr::owner()?).await
}

/// Adds a note.
#[server(endpoint = "notes/add", client = AuthClient)]
pub async fn add_note(#[server(flatten)] fields: NoteFields) -> Result<Note, AppError> {
    use super::store;
    use platform::ssr;

    store::add(&ssr::owner()?, &fields).await.inspect(|_| ssr::lead_back("/notes"))
}

/// Changes a note, if it still is that `version`. Otherwise the answer is [`AppError::Conflict`].
#[server(endpoint = "notes/edit", client = AuthClient)]
pub async fn edit_note(
    id: String,
    #[server(default)] version: i64,
    #[server(flatten)] fields: NoteFields,
) -> Result<Note, AppError> {
    use super::store;
    use platform::ssr;

    store::edit(&ssr::owner()?, &id, version, &fields).await.inspect(|_| ssr::lead_back("/notes"))
}

/// Deletes a note, if it still is the version that the person saw. Returns its id.
#[server(endpoint = "notes/delete", client = AuthClient)]
pub async fn delete_note(id: String, #[server(default)] version: i64) -> Result<String, AppError> {
    use super::store;
    use platform::ssr;

    let deleted = store::delete(&ssr::owner()?, &id, version).await.inspect(|_| ssr::lead_back("/notes"))?;
    Ok(deleted.id)
}
