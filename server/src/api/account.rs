//! The account: `/signup` and `/me`.

use super::tokens::{Tokens, new_session};
use super::user::User;
use auth::SignIn;
use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use platform::api::{Caller, Failure, Json, Router};
use platform::ssr::Scope;
use serde::{Deserialize, Deserializer};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Router {
    Router::new().routes(routes!(sign_up)).routes(routes!(me, change_me))
}

/// Address and password of a new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignUp {
    /// The new account's address.
    email: String,
    /// Its password, taken as it is, in Unicode's normalization form C.
    password: String,
}

/// What is to be changed. A field that is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileChange {
    /// The name that the owner goes by; `null` takes it away.
    #[serde(default, deserialize_with = "text_or_null")]
    display_name: Option<String>,
}

/// Reads a field that is there: `null` as an empty text.
fn text_or_null<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<String>, D::Error> {
    let text: Option<String> = Option::deserialize(reader)?;
    Ok(Some(text.unwrap_or_default()))
}

/// Sign up
///
/// Makes an account, mails a link that confirms its address, and begins a session. A server that lets people in only after
/// that confirmation answers 202 without tokens, whether or not the address had an account before.
#[utoipa::path(
    post, path = "/signup", tag = "Session", security(()), request_body = SignUp,
    responses(
        (status = 201, description = "The account was made, and its session has begun.", body = Tokens),
        (status = 202, description = "A mail was sent. Sign in after the address was confirmed."),
    )
)]
async fn sign_up(Extension(scope): Extension<Arc<Scope>>, Json(input): Json<SignUp>) -> Result<Response, Failure> {
    let new = new_session(&scope, false);
    match scope.auth.sign_up(&input.email, input.password.into(), new).await? {
        SignIn::Granted(grant) => Ok((StatusCode::CREATED, Json(Tokens::of(&scope, &grant).await?)).into_response()),
        SignIn::Unverified => Ok(StatusCode::ACCEPTED.into_response()),
    }
}

/// Show the account
#[utoipa::path(get, path = "/me", tag = "Account", responses((status = 200, description = "The account.", body = User)))]
async fn me(Caller { session, .. }: Caller) -> Json<User> {
    Json((&session.user).into())
}

/// Change the account
///
/// Changes the name that its owner goes by.
#[utoipa::path(
    patch, path = "/me", tag = "Account", request_body = ProfileChange,
    responses((status = 200, description = "The account as it is now.", body = User))
)]
async fn change_me(
    Caller { scope, session }: Caller,
    Json(change): Json<ProfileChange>,
) -> Result<Json<User>, Failure> {
    let Some(name) = change.display_name else { return Ok(Json((&session.user).into())) };
    let user = scope.auth.account(&session).set_display_name(&name).await?;
    Ok(Json((&user).into()))
}
