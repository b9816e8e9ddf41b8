//! The server function that takes the password once more.

use leptos::prelude::*;
use platform::auth_client::SuccessionClient;
use platform::error::AppError;
use platform::wire::SignedIn;

/// Proves anew who asks: this browser goes on in a new session, and the one before ends. A form posted without
/// JavaScript is led to `next`, if that is a path on this site, or to `/account`.
#[server(endpoint = "account/reauthenticate", client = SuccessionClient)]
pub async fn reauthenticate(
    /// The account's password.
    current_password: String,
    /// Where the person was.
    next: Option<String>,
) -> Result<SignedIn, AppError> {
    use super::words;
    use platform::guard::destination;
    use platform::ssr;

    let (scope, session) = (ssr::scope()?, ssr::session()?);
    let new = scope.successor(&session)?;
    let grant = scope.auth.account(&session).reauthenticate(current_password.into(), new).await?;
    ssr::end_flow(&grant.session.user.id).await;
    if scope.is_form_post {
        ssr::flash().say(words::DONE);
        ssr::redirect(destination(next.as_deref()));
    }
    ssr::grant(&grant).await
}
