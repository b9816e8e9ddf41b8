//! The server function that begins a session.

use leptos::prelude::*;
use platform::auth_client::SessionClient;
use platform::error::AppError;
use platform::wire::SignedIn;

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
    use auth::{NewSession, SignIn};
    use platform::ssr;

    let scope = ssr::scope()?;
    let new = NewSession { next: scope.link_request(next.as_deref()).next, ..scope.new_session(remember) };
    let refusal: AppError = match scope.auth.sign_in(&email, password.into(), new).await {
        Ok(SignIn::Granted(grant)) => {
            ssr::end_flow(&grant.session.user.id).await;
            if scope.is_form_post {
                ssr::lead_signed_in(next.as_deref());
            }
            return ssr::grant(&grant).await;
        }
        Ok(SignIn::Unverified) => AppError::Unverified,
        Err(error) => error.into(),
    };
    if scope.is_form_post {
        let flash = ssr::flash();
        flash.keep_address(&email);
        if remember {
            flash.keep_remember();
        }
    }
    Err(refusal)
}
