//! The server function that makes an account.

use crate::auth_client::SessionClient;
use crate::error::AppError;
use crate::wire::SignedIn;
use leptos::prelude::*;

/// Makes an account and signs its owner in; the session ends with the browser. A form posted without JavaScript is
/// led to `/account`.
#[server(endpoint = "auth/signup", client = SessionClient)]
pub async fn sign_up(
    /// The new account's address.
    email: String,
    /// Its password, taken exactly as typed.
    password: String,
) -> Result<SignedIn, AppError> {
    use crate::guard::HOME_SIGNED_IN;
    use crate::ssr;

    let scope = ssr::scope()?;
    match scope.auth.sign_up(&email, password.into(), scope.new_session(false)).await {
        Ok(grant) => {
            ssr::flow().end(&grant.session.user.id).await;
            if scope.is_form_post {
                ssr::redirect(HOME_SIGNED_IN);
            }
            ssr::grant(&grant)
        }
        Err(error) => {
            if scope.is_form_post {
                ssr::flow().keep_address(&email).await;
            }
            Err(error.into())
        }
    }
}
