//! The server function of the profile. A change of address is a feature of its own.

use leptos::prelude::*;
use platform::auth_client::AuthClient;
use platform::error::AppError;
use platform::wire::CurrentUser;

/// Sets what the person wants to be called; an empty name takes it back. A form posted without JavaScript is led to
/// `/account`.
#[server(endpoint = "account/name", client = AuthClient)]
pub async fn set_display_name(
    /// The name.
    display_name: String,
) -> Result<CurrentUser, AppError> {
    use super::words;
    use platform::ssr;

    let (auth, mut session) = (ssr::auth()?, ssr::session()?);
    session.user = auth.account(&session).set_display_name(&display_name).await?;
    ssr::lead_on("/account", words::NAME_SAVED);
    Ok(ssr::describe(&session, auth.clock().now()))
}
