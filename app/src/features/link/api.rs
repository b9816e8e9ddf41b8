//! The server function that tells what a link is good for.

use super::GoodLink;
use contract::LinkPurpose;
use leptos::prelude::*;
use platform::auth_client::AnyoneClient;
use platform::error::AppError;

/// Returns the effect of a mailed link, and the account that it is about, without using it.
#[server(endpoint = "auth/look-at-link", client = AnyoneClient)]
pub async fn look_at_link(
    /// Its purpose.
    purpose: LinkPurpose,
    /// The token in it.
    token: String,
) -> Result<GoodLink, AppError> {
    use platform::ssr;

    let scope = ssr::scope()?;
    let auth = &scope.auth;
    let link = auth.links().peek(purpose, &token, &scope.client).await?;
    let account = auth.links().account(&link).await?;
    Ok(GoodLink {
        address: auth::display_address(&link.address),
        is_own: ssr::asker().session().is_some_and(|session| session.user.id == account.id),
        account: auth::display_address(&account.email),
        takes_new_password: purpose == LinkPurpose::VerifyAddress && auth.requires_verified_email(),
    })
}

/// Where the person was going who asked for a mailed link, whether the link is good or not. `None` where that is not
/// known.
#[server(endpoint = "auth/link-destination", client = AnyoneClient)]
pub async fn link_destination(
    /// Its purpose.
    purpose: LinkPurpose,
    /// The token in it.
    token: String,
) -> Result<Option<String>, AppError> {
    platform::ssr::link_destination(purpose, &token).await
}
