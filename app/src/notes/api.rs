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

    let owner = ssr::writer(None, &body).await?.user.id;
    let added = store::add(&ssr::db()?, &owner, &body, ssr::auth()?.clock().now()).await;
    store::answer(added, ssr::Draft { owner, id: None, body }).await
}

/// Changes what a note says.
#[server(endpoint = "notes/edit", client = AuthClient)]
pub async fn edit_note(
    /// Which note.
    id: String,
    /// What it says from now on.
    body: String,
) -> Result<Note, AppError> {
    use super::store;
    use crate::ssr;

    let asking = ssr::writer(Some(&id), &body).await?;
    let edited = store::edit(&ssr::auth()?, &asking, &id, &body).await;
    store::answer(edited, ssr::Draft { owner: asking.user.id, id: Some(id), body }).await
}

/// Deletes a note; answers with its id.
#[server(endpoint = "notes/delete", client = AuthClient)]
pub async fn delete_note(
    /// Which note.
    id: String,
) -> Result<String, AppError> {
    use super::store;
    use crate::ssr;

    store::delete(&ssr::auth()?, &ssr::session()?, &id).await?;
    if ssr::is_form_post() {
        ssr::redirect("/notes");
    }
    Ok(id)
}
