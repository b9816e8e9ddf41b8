//! How a session of the API begins, goes on and ends: `/login`, `/renew` and `/logout`.

use super::tokens::{Tokens, new_session};
use auth::SignIn;
use axum::Extension;
use http::StatusCode;
use platform::api::{Caller, Failure, Json, Router};
use platform::error::AppError;
use platform::ssr::Scope;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Router {
    Router::new().routes(routes!(log_in)).routes(routes!(renew)).routes(routes!(log_out))
}

/// Address and password of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogIn {
    /// The account's address.
    email: String,
    /// Its password.
    password: String,
    /// Whether the session may live as long as a remembered one on the site. Otherwise it ends after hours.
    #[serde(default)]
    remember: bool,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Renewal {
    /// The refresh token of the last answer. It is used up by this.
    refresh_token: String,
}

/// Sign in
///
/// Begins a session. Use it again where an answer asks for a more recent authentication.
#[utoipa::path(
    post, path = "/login", tag = "Session", security(()), request_body = LogIn,
    responses((status = 200, description = "The session has begun.", body = Tokens))
)]
async fn log_in(Extension(scope): Extension<Arc<Scope>>, Json(input): Json<LogIn>) -> Result<Json<Tokens>, Failure> {
    let new = new_session(&scope, input.remember);
    match scope.auth.sign_in(&input.email, input.password.into(), new).await? {
        SignIn::Granted(grant) => Tokens::of(&scope, &grant).await.map(Json),
        SignIn::Unverified => Err(AppError::Unverified.into()),
    }
}

/// Renew the tokens
///
/// Answers the next refresh token and a fresh access token. A client that lost the answer may repeat the request within
/// thirty seconds. A token that comes back later ends the session: two clients hold it.
#[utoipa::path(
    post, path = "/renew", tag = "Session", security(()), request_body = Renewal,
    responses((status = 200, description = "The session goes on.", body = Tokens))
)]
async fn renew(Extension(scope): Extension<Arc<Scope>>, Json(input): Json<Renewal>) -> Result<Json<Tokens>, Failure> {
    let grant = scope.auth.sessions().refresh_in_body(&input.refresh_token, &scope.client).await?;
    Tokens::of(&scope, &grant).await.map(Json)
}

/// Sign out
///
/// Ends the session of the access token.
#[utoipa::path(
    post, path = "/logout", tag = "Session",
    responses((status = 204, description = "The session has ended."))
)]
async fn log_out(Caller { scope, session }: Caller) -> Result<StatusCode, Failure> {
    scope.auth.sign_out(None, Some(&session)).await?;
    Ok(StatusCode::NO_CONTENT)
}
