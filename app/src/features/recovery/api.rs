//! The server functions by which a forgotten password is replaced.

use leptos::prelude::*;
use platform::auth_client::AnyoneClient;
use platform::error::AppError;

/// Sends a link by which a new password can be chosen. The answer is the same whether the address has an account or
/// not. A form posted without JavaScript is led to `/forgot-password/sent`.
#[server(endpoint = "auth/forgot-password", client = AnyoneClient)]
pub async fn forgot_password(
    /// The account's address.
    email: String,
    /// Where the person was going.
    next: Option<String>,
) -> Result<(), AppError> {
    use platform::guard::path_with_next;
    use platform::ssr;

    let scope = ssr::scope()?;
    let sent = scope.auth.links().request_reset(&email, scope.link_request(next.as_deref())).await;
    if scope.is_form_post {
        match &sent {
            Ok(()) => ssr::redirect(&path_with_next("/forgot-password/sent", next.as_deref())),
            Err(_) => ssr::flash().keep_address(&email),
        }
    }
    Ok(sent?)
}

/// Sets a new password by a mailed link. All sessions of the account end, and none begins. A form posted without
/// JavaScript is led to `/login`, or to `/` where another account is signed in.
#[server(endpoint = "auth/reset-password", client = AnyoneClient)]
pub async fn reset_password(
    /// The token of the link.
    token: String,
    /// The new password, taken as typed, in Unicode's normalization form C.
    password: String,
) -> Result<(), AppError> {
    use super::words;
    use platform::guard::path_with_next;
    use platform::ssr;

    let scope = ssr::scope()?;
    let redeemed = scope.auth.links().reset_password(&token, password.into(), scope.link_holder()).await?;
    ssr::know_device(&redeemed);
    let next = ssr::link_destination(contract::LinkPurpose::ResetPassword, &token).await.unwrap_or_default();
    let login = path_with_next("/login", next.as_deref());
    ssr::leave_link(&redeemed.user.id, &login, words::PASSWORD_RESET);
    Ok(())
}

/// Accepts an invitation: sets the first password of an account. No session begins. A form posted without JavaScript is
/// led to `/login`, or to `/` where another account is signed in.
#[server(endpoint = "auth/accept-invitation", client = AnyoneClient)]
pub async fn accept_invitation(
    /// The token of the link.
    token: String,
    /// The password, taken as typed, in Unicode's normalization form C.
    password: String,
) -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let scope = ssr::scope()?;
    let redeemed = scope.auth.links().accept_invitation(&token, password.into(), scope.link_holder()).await?;
    ssr::know_device(&redeemed);
    ssr::leave_link(&redeemed.user.id, "/login", words::INVITATION_ACCEPTED);
    Ok(())
}
