//! The server functions by which the browser looks after its session: refresh, sign out, and ask who is signed in.

use super::{AnyoneClient, AuthClient, SessionClient};
use crate::error::AppError;
use crate::site::site;
use crate::wire::{CurrentUser, SignedIn};
use contract::Permission;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// The paths of the platform's server functions that need no session.
const OPEN: &[&str] = &[Refresh::PATH, HasCookie::PATH, LogOut::PATH];

/// Returns the path of every server function that needs no session: those of the platform and of every feature. The server
/// refuses every other request under `/api/` without a session.
pub fn open_endpoints() -> impl Iterator<Item = &'static str> {
    OPEN.iter().chain(site().features.iter().flat_map(|feature| feature.open)).copied()
}

/// Returns the permission that the server function at `path` needs, if it needs one.
pub fn permission_of(path: &str) -> Option<Permission> {
    let mut restricted = site().features.iter().flat_map(|feature| feature.restricted);
    restricted.find(|(restricted, _)| *restricted == path).map(|(_, permission)| *permission)
}

/// Renews: rotates the refresh token in the cookie and answers with a fresh access token.
#[server(endpoint = "auth/refresh", client = SessionClient)]
pub async fn refresh() -> Result<SignedIn, AppError> {
    use crate::ssr;

    let scope = ssr::scope()?;
    let grant = scope.auth.sessions().refresh(&ssr::presented()?, &scope.client, scope.page.as_deref()).await?;
    ssr::grant(&grant).await
}

/// Whether the browser sent the cookie that signs it in.
#[allow(clippy::unused_async, reason = "a server function is async, whether it waits or not")]
#[server(endpoint = "auth/cookie", client = AnyoneClient)]
pub async fn has_cookie() -> Result<bool, AppError> {
    Ok(crate::ssr::scope()?.presented.is_some())
}

/// Signs out: ends the session of the cookie and that of the access token, and has the browser forget it. It is no
/// error if there is none, but then there is no message. A form posted without JavaScript is led to `/`.
///
/// Where the session cannot be ended, the browser forgets it all the same, and the next page says what is left to do.
#[server(endpoint = "auth/logout", client = SessionClient)]
pub async fn log_out() -> Result<(), AppError> {
    use crate::site::site;
    use crate::ssr;

    let (scope, asker) = (ssr::scope()?, ssr::asker());
    let ended = scope.auth.sign_out(scope.presented.as_deref(), asker.session()).await;
    ssr::forget_in_browser()?;
    if let Err(error) = ended {
        ssr::leave_for("/", site().messages.session_not_ended);
        return if scope.is_form_post {
            tracing::warn!(%error, "a session could not be ended");
            Ok(())
        } else {
            Err(error.into())
        };
    }
    // A client that was not signed in is told nothing on the next page.
    if scope.presented.is_some() || asker.session().is_some() {
        ssr::leave_for("/", site().messages.signed_out);
    } else if scope.is_form_post {
        ssr::redirect("/");
    }
    Ok(())
}

/// Returns the signed-in user and their session.
#[allow(clippy::unused_async, reason = "a server function is async, whether it waits or not")]
#[server(endpoint = "auth/me", client = AuthClient)]
pub async fn me() -> Result<CurrentUser, AppError> {
    crate::ssr::current_user().ok_or(AppError::Unauthenticated)
}
