//! The server function that tells who is signed in.

use crate::auth_client::AuthClient;
use crate::error::AppError;
use crate::wire::CurrentUser;
use leptos::prelude::*;

/// Who is signed in, and by which session.
#[allow(clippy::unused_async, reason = "a server function is async, whether it waits or not")]
#[server(endpoint = "auth/me", client = AuthClient)]
pub async fn me() -> Result<CurrentUser, AppError> {
    crate::ssr::current_user().ok_or(AppError::Unauthenticated)
}
