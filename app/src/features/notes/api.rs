//! The server functions of the notes. Each asks for the session itself, because the guard of the page is a courtesy.
//!
//! A form posted without JavaScript leads to the list, or its text waits until the form is shown again.

use super::Note;
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
pub async fn add_note(
    /// The text.
    body: String,
) -> Result<Note, AppError> {
    use super::store;
    use leptos::server_fn::ServerFn;
    use platform::ssr::PostedForm;

    let form = PostedForm::new(AddNote::PATH, &[("body", &body)]);
    let added = store::add(&form.owner().await?, &body).await;
    form.answer(added, "/notes").await
}

/// Changes a note, if it still is the version that the form was made from. Otherwise the answer is
/// [`AppError::Conflict`], and the page shows both texts.
#[server(endpoint = "notes/edit", client = AuthClient)]
pub async fn edit_note(
    /// The note.
    id: String,
    /// The version that the change was made from.
    #[server(default)]
    version: i64,
    /// The new text.
    body: String,
) -> Result<Note, AppError> {
    use super::store;
    use leptos::server_fn::ServerFn;
    use platform::ssr::PostedForm;

    let form = PostedForm::new(EditNote::PATH, &[("body", &body)]).of(&id, version);
    let edited = store::edit(&form.owner().await?, &id, version, &body).await;
    form.answer(edited, "/notes").await
}

/// Deletes a note, if it still is the version that the person saw. Returns its id.
#[server(endpoint = "notes/delete", client = AuthClient)]
pub async fn delete_note(
    /// The note.
    id: String,
    /// The version that the person saw.
    #[server(default)]
    version: i64,
) -> Result<String, AppError> {
    use super::store;
    use platform::ssr;

    let deleted = store::delete(&ssr::owner()?, &id, version).await?;
    ssr::lead_back("/notes");
    Ok(deleted.id)
}
