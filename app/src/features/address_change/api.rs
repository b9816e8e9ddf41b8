//! The server functions by which an account gets another address.

use leptos::prelude::*;
use platform::auth_client::{AnyoneClient, AuthClient};
use platform::error::AppError;

/// Sends a link to the address that is to be the account's. The answer is the same if another account has that
/// address. Needs recent authentication. A form posted without JavaScript is led to `/account`.
#[server(endpoint = "auth/change-email", client = AuthClient)]
pub async fn change_email(
    /// The new address.
    email: String,
) -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let (scope, session) = (ssr::scope()?, ssr::session()?);
    scope.auth.account(&session).request_address_change(&email, &scope.client).await?;
    ssr::lead_on("/account", words::SENT);
    Ok(())
}

/// Makes the address that a mailed link was sent to the account's. Beside the link it takes a session of the account
/// or its password. A form posted without JavaScript is led to `/account`, or to `/` where another account is signed
/// in.
#[server(endpoint = "auth/confirm-email", client = AnyoneClient)]
pub async fn confirm_email(
    /// The token of the link.
    token: String,
    /// The account's password, where no session of it asks.
    password: Option<String>,
) -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let scope = ssr::scope()?;
    let proof = ssr::link_proof(password);
    let account = scope.auth.links().confirm_address_change(&token, proof, &scope.client).await?;
    ssr::leave_link(&account.id, "/account", words::CHANGED);
    Ok(())
}

/// Gives an account the address back that it had, and a new password. All its sessions end, and none begins. A form
/// posted without JavaScript is led to `/login`, or to `/` where another account is signed in.
#[server(endpoint = "auth/undo-email", client = AnyoneClient)]
pub async fn undo_email(
    /// The token of the link.
    token: String,
    /// The new password, taken as typed, in Unicode's normalization form C.
    password: String,
) -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let scope = ssr::scope()?;
    let redeemed = scope.auth.links().undo_address_change(&token, password.into(), scope.link_holder()).await?;
    ssr::know_device(&redeemed);
    ssr::leave_link(&redeemed.user.id, "/login", words::RESTORED);
    Ok(())
}
