//! The server functions of a change of address that waits for its confirmation.

use leptos::prelude::*;
use platform::auth_client::AuthClient;
use platform::error::AppError;
use serde::{Deserialize, Serialize};

/// The address that an account is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAddress {
    /// As people read it.
    pub address: String,
    /// Until when its link works at least, in milliseconds UTC.
    pub until: i64,
}

/// The address that the signed-in person's account is to have; `None` where no change is pending.
#[server(endpoint = "auth/pending-email", client = AuthClient)]
pub async fn pending_email() -> Result<Option<PendingAddress>, AppError> {
    use platform::ssr;

    let pending = ssr::auth()?.account(&ssr::session()?).pending_address().await?;
    Ok(pending.map(|pending| PendingAddress { address: auth::display_address(&pending.address), until: pending.until }))
}

/// Sends the link to the pending address once more. A form posted without JavaScript is led to `/account`.
#[server(endpoint = "auth/send-confirmation", client = AuthClient)]
pub async fn send_confirmation() -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let scope = ssr::scope()?;
    scope.auth.account(&ssr::session()?).send_confirmation_again(&scope.client).await?;
    ssr::lead_on("/account", words::SENT);
    Ok(())
}

/// Cancels the pending change of address: its link no longer works. A form posted without JavaScript is led to `/account`.
#[server(endpoint = "auth/cancel-email", client = AuthClient)]
pub async fn cancel_email() -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let scope = ssr::scope()?;
    scope.auth.account(&ssr::session()?).cancel_address_change(&scope.client).await?;
    ssr::lead_on("/account", words::CANCELLED);
    Ok(())
}
