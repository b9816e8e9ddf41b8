//! The server functions that begin, renew and end a session.

use crate::auth_client::{AnyoneClient, SessionClient};
use crate::error::AppError;
use crate::wire::SignedIn;
use leptos::prelude::*;

/// Signs in. The session outlives the browser if `remember` is set. A form posted without JavaScript is led to
/// `next`, if that is a path on this site, or to `/account`.
#[server(endpoint = "auth/login", client = SessionClient)]
pub async fn log_in(
    /// The account's address.
    email: String,
    /// Its password.
    password: String,
    /// Whether `Keep me signed in` was ticked; an empty checkbox is not sent at all.
    #[server(default)]
    remember: bool,
    /// Where the person was going.
    next: Option<String>,
) -> Result<SignedIn, AppError> {
    use crate::ssr;
    use auth::NewSession;

    let scope = ssr::scope()?;
    let new = NewSession { next: scope.link_request(next.as_deref()).next, ..scope.new_session(remember) };
    match scope.auth.sign_in(&email, password.into(), new).await {
        Ok(grant) => {
            ssr::end_flow(&grant.session.user.id).await;
            if scope.is_form_post {
                ssr::lead_signed_in(next.as_deref());
            }
            ssr::grant(&grant)
        }
        Err(error) => {
            if scope.is_form_post {
                let flash = ssr::flash();
                flash.keep_address(&email);
                if remember {
                    flash.keep_remember();
                }
            }
            Err(error.into())
        }
    }
}

/// Renews: rotates the refresh token in the cookie and answers with a fresh access token.
#[server(endpoint = "auth/refresh", client = SessionClient)]
pub async fn refresh() -> Result<SignedIn, AppError> {
    use crate::ssr;

    let scope = ssr::scope()?;
    let grant = scope.auth.refresh(&ssr::presented()?, &scope.device, scope.page.as_deref()).await?;
    ssr::grant(&grant)
}

/// Whether the browser sent the cookie that signs it in.
#[allow(clippy::unused_async, reason = "a server function is async, whether it waits or not")]
#[server(endpoint = "auth/cookie", client = AnyoneClient)]
pub async fn has_cookie() -> Result<bool, AppError> {
    Ok(crate::ssr::scope()?.presented.is_some())
}

/// Signs out: ends the session of the cookie and that of the access token, and has the browser forget it. It is no
/// error if there is none, but nobody is told of it then. A form posted without JavaScript is led to `/`.
///
/// Where the session cannot be ended, the browser forgets it all the same, and the next page says what is left to do.
#[server(endpoint = "auth/logout", client = SessionClient)]
pub async fn log_out() -> Result<(), AppError> {
    use crate::message::Message;
    use crate::ssr;

    let (scope, asker) = (ssr::scope()?, ssr::asker());
    let ended = scope.auth.sign_out(scope.presented.as_deref(), asker.session()).await;
    ssr::forget_in_browser()?;
    if let Err(error) = ended {
        ssr::leave_for("/", Message::SessionNotEnded);
        return if scope.is_form_post {
            tracing::warn!(%error, "a session could not be ended");
            Ok(())
        } else {
            Err(error.into())
        };
    }
    // A client that was not signed in is told nothing on the next page.
    if scope.presented.is_some() || asker.session().is_some() {
        ssr::leave_for("/", Message::SignedOut);
    } else if scope.is_form_post {
        ssr::redirect("/");
    }
    Ok(())
}
