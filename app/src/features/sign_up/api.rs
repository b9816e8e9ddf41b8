//! The server function that makes an account.

use leptos::prelude::*;
use platform::auth_client::SessionClient;
use platform::error::AppError;
use platform::wire::SignedIn;

/// Makes an account and signs its owner in; the session ends with the browser. A form posted without JavaScript is
/// led to `next`, if that is a path on this site, or to `/account`.
///
/// Where an address has to be confirmed first, no session begins, the answer is `None`, whether the address had an
/// account before or not, and the form is led to `/signup/sent`.
#[server(endpoint = "auth/signup", client = SessionClient)]
pub async fn sign_up(
    /// The new account's address.
    email: String,
    /// Its password, taken as typed, in Unicode's normalization form C.
    password: String,
    /// Where the person was going.
    next: Option<String>,
) -> Result<Option<SignedIn>, AppError> {
    use auth::{NewSession, SignIn};
    use platform::guard::path_with_next;
    use platform::ssr;

    let scope = ssr::scope()?;
    let new = NewSession { next: scope.link_request(next.as_deref()).next, ..scope.new_session(false) };
    let outcome = scope.auth.sign_up(&email, password.into(), new).await;
    if scope.is_form_post {
        match &outcome {
            Ok(SignIn::Granted(_)) => ssr::lead_signed_in(next.as_deref()),
            Ok(SignIn::Unverified) => ssr::redirect(&path_with_next("/signup/sent", next.as_deref())),
            Err(_) => ssr::flash().keep_address(&email),
        }
    }
    let SignIn::Granted(grant) = outcome? else { return Ok(None) };
    ssr::end_flow(&grant.session.user.id).await;
    Ok(Some(ssr::grant(&grant).await?))
}
