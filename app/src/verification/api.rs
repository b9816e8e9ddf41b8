//! The server functions by which an address is confirmed.

use crate::auth_client::{AnyoneClient, AuthClient};
use crate::error::AppError;
use leptos::prelude::*;

/// Sends the signed-in person the link that confirms their address once more. A form posted without JavaScript is led
/// back to its page.
#[server(endpoint = "auth/send-verification", client = AuthClient)]
pub async fn send_verification() -> Result<(), AppError> {
    use crate::message::Message;
    use crate::ssr;

    let scope = ssr::scope()?;
    scope.auth.send_verification(&ssr::session()?, &scope.device).await?;
    if scope.is_form_post {
        ssr::flash().say(Message::VerificationSent);
    }
    Ok(())
}

/// Confirms an address by a mailed link. A form posted without JavaScript is led to `/account`.
#[server(endpoint = "auth/verify-email", client = AnyoneClient)]
pub async fn verify_email(
    /// The token of the link.
    token: String,
    /// Where the link alone is not enough: the account's password.
    password: Option<String>,
    /// Whether `password` is to take the place of the account's, all of whose sessions end.
    #[server(default)]
    new: bool,
) -> Result<(), AppError> {
    use crate::message::Message;
    use crate::ssr;
    use auth::VerificationProof as Proof;

    let proof = match password {
        Some(password) if new => Proof::NewPassword(password.into()),
        Some(password) => Proof::Password(password.into()),
        None => ssr::asker().session().cloned().map_or(Proof::Nothing, Proof::Session),
    };
    let scope = ssr::scope()?;
    scope.auth.verify_address(&token, proof, &scope.device).await?;
    ssr::leave_for("/account", Message::AddressVerified);
    Ok(())
}
