//! The server functions by which an address is confirmed.

use leptos::prelude::*;
use platform::auth_client::{AnyoneClient, AuthClient};
use platform::error::AppError;

/// Sends the signed-in person the link that confirms their address once more. A form posted without JavaScript is led
/// back to its page.
#[server(endpoint = "auth/send-verification", client = AuthClient)]
pub async fn send_verification(
    /// Where the link leads on to, if that is a path on this site.
    next: Option<String>,
) -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let scope = ssr::scope()?;
    scope.auth.account(&ssr::session()?).send_verification(scope.link_request(next.as_deref())).await?;
    if scope.is_form_post {
        ssr::flash().say(words::SENT);
    }
    Ok(())
}

/// Confirms an address by a mailed link. Beside the link it takes a session of the account or its password. A form posted
/// without JavaScript is led to `/account`, or to `/` where another account is signed in.
#[server(endpoint = "auth/verify-email", client = AnyoneClient)]
pub async fn verify_email(
    /// The token of the link.
    token: String,
    /// The account's password, where no session of it asks.
    password: Option<String>,
    /// Whether `password` is to take the place of the account's, all of whose sessions end. Refused, unless addresses have
    /// to be confirmed before the first sign-in.
    #[server(default)]
    new: bool,
) -> Result<(), AppError> {
    use super::words;
    use platform::guard::destination;
    use platform::ssr;

    let scope = ssr::scope()?;
    let proof = match password {
        Some(password) if new => auth::LinkProof::NewPassword(password.into()),
        password => ssr::link_proof(password),
    };
    let redeemed = scope.auth.links().verify_address(&token, proof, scope.link_holder()).await?;
    ssr::know_device(&redeemed);
    let next = ssr::link_destination(contract::LinkPurpose::VerifyAddress, &token).await.unwrap_or_default();
    ssr::leave_link(&redeemed.user.id, destination(next.as_deref()), words::VERIFIED);
    Ok(())
}
