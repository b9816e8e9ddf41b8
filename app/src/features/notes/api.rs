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

/// Adds a note. Refused without JavaScript, what was typed waits until the page shows it again.
#[server(endpoint = "notes/add", client = AuthClient)]
pub async fn add_note(#[server(flatten)] fields: NoteFields) -> Result<Note, AppError> {
    use super::store;
    use platform::ssr::PostedForm;

    let form = PostedForm::new::<AddNote>(&fields);
    let added = store::add(&form.owner().await?, &fields).await;
    form.answer(added, "/notes").await
}

/// Changes a note, if it still is that `version`. Otherwise the answer is [`AppError::Conflict`].
#[server(endpoint = "notes/edit", client = AuthClient)]
pub async fn edit_note(
    id: String,
    #[server(default)] version: i64,
    #[server(flatten)] fields: NoteFields,
) -> Result<Note, AppError> {
    use super::store;
    use platform::ssr::PostedForm;

    let form = PostedForm::new::<EditNote>(&fields).of(&id, version);
    let edited = store::edit(&form.owner().await?, &id, version, &fields).await;
    form.answer(edited, "/notes").await
}

/// Deletes a note, if it still is the version that the person saw. Returns its id.
#[server(endpoint = "notes/delete", client = AuthClient)]
pub async fn delete_note(id: String, #[server(default)] version: i64) -> Result<String, AppError> {
    use super::store;
    use platform::ssr;

    let deleted = store::delete(&ssr::owner()?, &id, version).await?;
    ssr::lead_back("/notes");
    Ok(deleted.id)
}
