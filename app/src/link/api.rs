//! The server function that tells what a link is good for.

use super::{GoodLink, LinkPurpose};
use crate::auth_client::AnyoneClient;
use crate::error::AppError;
use leptos::prelude::*;

/// What a mailed link is good for, without using it.
///
/// An account whose address has to be confirmed before anyone signs in may have been made by somebody else than the
/// address's owner. So confirming it takes a session of the account, its password or a new one.
#[server(endpoint = "auth/look-at-link", client = AnyoneClient)]
pub async fn look_at_link(
    /// What it is for.
    purpose: LinkPurpose,
    /// The token in it.
    token: String,
) -> Result<GoodLink, AppError> {
    use crate::ssr;

    let auth = ssr::auth()?;
    let link = auth.look_at_link(purpose.into(), &token).await?;
    let is_owner = ssr::asker().session().is_some_and(|session| session.user.id == link.user_id);
    let asks_password = purpose == LinkPurpose::VerifyAddress && auth.requires_verified_email() && !is_owner;
    Ok(GoodLink { address: link.address, asks_password })
}
