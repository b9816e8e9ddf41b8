//! The notes in the API for other clients, under `/api/v1/notes`.

use super::{Note, NoteFields, store};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use platform::api::{Failure, IfMatch, IfNoneMatch, Json, Page, PageQuery, Query, Refusal, Router, Tagged};
use platform::error::AppError;
use platform::ssr::Owner;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// The name of the list, which its cursors are bound to.
const LIST: &str = "notes";

/// Returns the routes.
pub(super) fn routes() -> Router {
    Router::new().routes(routes!(list, add)).routes(routes!(show, edit, delete))
}

/// The text of a note.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoteText {
    /// The text, with newlines: 1 to 2,000 characters.
    body: String,
}

impl From<NoteText> for NoteFields {
    fn from(NoteText { body }: NoteText) -> Self {
        Self { body }
    }
}

/// List the notes
///
/// The newest first.
#[utoipa::path(
    get, path = "/notes", tag = "Notes", params(PageQuery),
    responses((status = 200, description = "A page of the list.", body = Page<Note>))
)]
async fn list(owner: Owner, Query(query): Query<PageQuery>) -> Result<Json<Page<Note>>, Refusal> {
    let rows = async |after, limit| page(&owner, after, limit).await;
    query.page(&owner, LIST, rows, |note| &note.id).await.map(Json)
}

/// Add a note
///
/// With an `Idempotency-Key` a request that is sent again within ten minutes adds nothing and gets the same answer.
#[utoipa::path(
    post, path = "/notes", tag = "Notes", request_body = NoteText,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 64 visible ASCII characters.")),
    responses((
        status = 201, description = "The note was added.", body = Note,
        headers(("Location" = String, description = "Its path."), ("ETag" = String, description = "Its version.")),
    ))
)]
async fn add(owner: Owner, Json(text): Json<NoteText>) -> Result<Response, Failure> {
    let note = store::add(&owner, &text.into()).await?;
    let location = format!("/api/v1/notes/{}", note.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Tagged(note.version, note)).into_response())
}

/// Show a note
#[utoipa::path(
    get, path = "/notes/{id}", tag = "Notes",
    params(
        ("id" = String, Path, description = "The note."),
        ("If-None-Match" = Option<String>, Header, description = "The version that the client has."),
    ),
    responses(
        (status = 200, description = "The note.", body = Note, headers(("ETag" = String, description = "Its version."))),
        (status = 304, description = "It is still that version."),
    )
)]
async fn show(owner: Owner, known: IfNoneMatch, Path(id): Path<String>) -> Result<Response, Failure> {
    let note = find(&owner, &id).await?;
    Ok(known.answer(Tagged(note.version, note)))
}

/// Change a note
#[utoipa::path(
    put, path = "/notes/{id}", tag = "Notes", request_body = NoteText,
    params(
        ("id" = String, Path, description = "The note."),
        ("If-Match" = String, Header, description = "The version that the change was made from; `*` for any."),
    ),
    responses((
        status = 200, description = "The note as it is now.", body = Note,
        headers(("ETag" = String, description = "Its version.")),
    ))
)]
async fn edit(
    owner: Owner,
    seen: IfMatch,
    Path(id): Path<String>,
    Json(text): Json<NoteText>,
) -> Result<Tagged<Note>, Failure> {
    let version = seen.version(async || Ok(find(&owner, &id).await?.version)).await?;
    let note = store::edit(&owner, &id, version, &text.into()).await?;
    Ok(Tagged(note.version, note))
}

/// Delete a note
#[utoipa::path(
    delete, path = "/notes/{id}", tag = "Notes",
    params(
        ("id" = String, Path, description = "The note."),
        ("If-Match" = String, Header, description = "The version that the client saw; `*` for any."),
    ),
    responses((status = 204, description = "The note is gone."))
)]
async fn delete(owner: Owner, seen: IfMatch, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    let version = seen.version(async || Ok(find(&owner, &id).await?.version)).await?;
    store::delete(&owner, &id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns at most `limit` notes of `owner` that come after the one with the id `after`, the newest first.
async fn page(owner: &Owner, after: Option<String>, limit: u32) -> Result<Vec<Note>, AppError> {
    let select = sqlx::query_as(
        "SELECT id, body, version, created_at, updated_at FROM notes
         WHERE user_id = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
    );
    owner.list(select.bind(owner.id()).bind(after).bind(i64::from(limit))).await
}

/// Returns the note `id` of `owner`.
async fn find(owner: &Owner, id: &str) -> Result<Note, AppError> {
    let select = "SELECT id, body, version, created_at, updated_at FROM notes WHERE id = $1 AND user_id = $2";
    owner.find(sqlx::query_as(select).bind(id).bind(owner.id()), store::KIND, id).await
}
