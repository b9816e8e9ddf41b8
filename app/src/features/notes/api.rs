//! The notes' server functions. Each asks for the session itself; the guard of the page is a courtesy.
//!
//! A form posted without JavaScript is led back to the list.

use super::Note;
use crate::auth_client::AuthClient;
use crate::error::AppError;
use leptos::prelude::*;

/// The signed-in person's notes, the newest first.
#[server(endpoint = "notes/list", client = AuthClient)]
pub async fn list_notes() -> Result<Vec<Note>, AppError> {
    use super::store;
    use crate::ssr;

    store::list(&ssr::db()?, &ssr::session()?.user.id).await
}

/// Writes a note.
#[server(endpoint = "notes/add", client = AuthClient)]
pub async fn add_note(
    /// What it says.
    body: String,
) -> Result<Note, AppError> {
    use super::store;
    use crate::ssr;

    let owner = ssr::writer(None, &body, store::DRAFT_MAX_LENGTH).await?.user.id;
    let added = store::add(&ssr::db()?, &owner, &body, ssr::auth()?.clock().now()).await;
    store::answer(added, ssr::Draft { owner, of: None, body }).await
}

/// Changes what a note says, if it still is the version that the form was made from. Otherwise the answer is
/// [`AppError::Conflict`], and the page shows both texts.
#[server(endpoint = "notes/edit", client = AuthClient)]
pub async fn edit_note(
    /// Which note.
    id: String,
    /// The version that the change was made from.
    #[server(default)]
    version: i64,
    /// What it says from now on.
    body: String,
) -> Result<Note, AppError> {
    use super::store;
    use crate::ssr;

    let of = (id, version);
    let asking = ssr::writer(Some(&of), &body, store::DRAFT_MAX_LENGTH).await?;
    let edited = store::edit(&ssr::auth()?, &asking, (&of.0, of.1), &body).await;
    store::answer(edited, ssr::Draft { owner: asking.user.id, of: Some(of), body }).await
}

/// Deletes a note, if it still is the version that the person saw; answers with its id.
#[server(endpoint = "notes/delete", client = AuthClient)]
pub async fn delete_note(
    /// Which note.
    id: String,
    /// The version that the person saw.
    #[server(default)]
    version: i64,
) -> Result<String, AppError> {
    use super::store;
    use crate::ssr;

    store::delete(&ssr::auth()?, &ssr::session()?, (&id, version)).await?;
    if ssr::is_form_post() {
        ssr::redirect("/notes");
    }
    Ok(id)
}
