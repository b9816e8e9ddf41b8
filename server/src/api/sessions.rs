//! The sessions of the account: `/sessions`.

use app::devices::name_of_session;
use auth::{DeviceSession, SessionId};
use axum::extract::Path;
use http::StatusCode;
use platform::api::{Caller, Failure, Json, Router};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Router {
    Router::new().routes(routes!(list)).routes(routes!(end))
}

/// The live sessions of an account.
#[derive(Serialize, ToSchema)]
struct Sessions {
    /// The session that asks, then those that were used last.
    items: Vec<Session>,
}

/// A live session.
#[derive(Serialize, ToSchema)]
struct Session {
    /// A `UUIDv7`.
    id: String,
    /// `browser`, `cookieless` (a program without a refresh token) or `api`.
    kind: &'static str,
    /// The browser and system that used it last, in words, as far as they say.
    client: String,
    /// The address that it was used from last.
    address: Option<String>,
    /// When it began, in milliseconds UTC.
    begun_at: i64,
    /// When it was last used, to within a few minutes, in milliseconds UTC.
    last_seen_at: i64,
    /// When it ends if it is not used again, in milliseconds UTC.
    ends_at: i64,
    /// Whether it is the session that asks.
    is_this: bool,
}

impl From<DeviceSession> for Session {
    fn from(session: DeviceSession) -> Self {
        Self {
            id: session.id.into(),
            kind: session.kind.as_str(),
            client: name_of_session(&session.user_agent, !session.kind.is_browser()),
            address: session.address,
            begun_at: session.begun_at,
            last_seen_at: session.last_seen_at,
            ends_at: session.ends_at,
            is_this: session.is_this,
        }
    }
}

/// List the sessions
///
/// At most fifty of each kind.
#[utoipa::path(
    get, path = "/sessions", tag = "Account",
    responses((status = 200, description = "The live sessions.", body = Sessions))
)]
async fn list(Caller { scope, session }: Caller) -> Result<Json<Sessions>, Failure> {
    let items = scope.auth.sessions().list(&session).await?;
    Ok(Json(Sessions { items: items.into_iter().map(Session::from).collect() }))
}

/// End a session
///
/// Its access tokens are refused from that moment. Ending another session than the own needs a recent authentication.
#[utoipa::path(
    delete, path = "/sessions/{id}", tag = "Account", params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "The session has ended."))
)]
async fn end(Caller { scope, session }: Caller, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    let id = SessionId::from(id);
    if id == session.id {
        scope.auth.sign_out(None, Some(&session)).await?;
    } else {
        scope.auth.sessions().end(&session, &id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
