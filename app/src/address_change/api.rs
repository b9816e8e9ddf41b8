//! The server functions by which an account gets another address.

use crate::auth_client::{AnyoneClient, AuthClient};
use crate::error::AppError;
use leptos::prelude::*;

/// Sends a link to the address that is to be the account's. The answer is the same if somebody has that address. Needs
/// recent authentication. A form posted without JavaScript is led to `/account`.
#[server(endpoint = "auth/change-email", client = AuthClient)]
pub async fn change_email(
    /// The new address.
    email: String,
) -> Result<(), AppError> {
    use crate::message::Message;
    use crate::ssr;
    use leptos::server_fn::ServerFn;

    let (scope, fields) = (ssr::scope()?, [("email", email.as_str())]);
    let session = ssr::session_or_keep(ChangeEmail::PATH, &fields).await?;
    let asked = scope.auth.request_address_change(&session, &email, &scope.device).await;
    ssr::or_keep(asked, ChangeEmail::PATH, &fields)?;
    ssr::lead_on("/account", Message::AddressChangeSent);
    Ok(())
}

/// Makes the address that a mailed link was sent to the account's. A form posted without JavaScript is led to
/// `/account`.
#[server(endpoint = "auth/confirm-email", client = AnyoneClient)]
pub async fn confirm_email(
    /// The token of the link.
    token: String,
) -> Result<(), AppError> {
    use crate::message::Message;
    use crate::ssr;

    let scope = ssr::scope()?;
    scope.auth.confirm_address_change(&token, &scope.device).await?;
    ssr::leave_for("/account", Message::AddressChanged);
    Ok(())
}

/// Gives an account the address back that it had, and a new password. All its sessions end, and none begins. A form
/// posted without JavaScript is led to `/login`.
#[server(endpoint = "auth/undo-email", client = AnyoneClient)]
pub async fn undo_email(
    /// The token of the link.
    token: String,
    /// The new password, taken as typed, in Unicode's normalization form C.
    password: String,
) -> Result<(), AppError> {
    use crate::message::Message;
    use crate::ssr;

    let scope = ssr::scope()?;
    scope.auth.undo_address_change(&token, password.into(), &scope.device).await?;
    ssr::leave_for("/login", Message::AddressRestored);
    Ok(())
}
