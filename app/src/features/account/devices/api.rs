//! The server functions of the devices. Those that end sessions want a recent proof of who asks.
//!
//! A form posted without JavaScript is led back to the list.

use super::SignedInDevice;
use leptos::prelude::*;
use platform::auth_client::AuthClient;
use platform::error::AppError;

/// Where the person is signed in, the device last seen first.
#[server(endpoint = "account/devices", client = AuthClient)]
pub async fn list_devices() -> Result<Vec<SignedInDevice>, AppError> {
    use crate::devices;
    use platform::ssr;

    let sessions = ssr::auth()?.sessions().list(&ssr::session()?).await?;
    let device = |session: auth::DeviceSession| SignedInDevice {
        words: devices::name_of_session(&session.user_agent, !session.kind.is_browser()),
        id: session.id.into(),
        begun_at: session.begun_at,
        last_seen_at: session.last_seen_at,
        address: session.address,
        is_this: session.is_this,
        ends_at: (session.kind == auth::SessionKind::Cookieless).then_some(session.ends_at),
    };
    Ok(sessions.into_iter().map(device).collect())
}

/// Signs one device out.
#[server(endpoint = "account/devices/end", client = AuthClient)]
pub async fn end_session(
    /// Its session.
    id: String,
) -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let (session, id) = (ssr::session()?, auth::SessionId::from(id));
    ssr::auth()?.sessions().end(&session, &id).await?;
    if id == session.id {
        ssr::forget_in_browser()?;
    }
    ssr::lead_on("/account/devices", words::SIGNED_OUT);
    Ok(())
}

/// Signs every other device out; answers how many that were.
#[server(endpoint = "account/devices/end-others", client = AuthClient)]
pub async fn end_other_sessions() -> Result<u64, AppError> {
    use super::words;
    use platform::ssr;

    let ended = ssr::auth()?.sessions().end_others(&ssr::session()?).await?;
    ssr::lead_on("/account/devices", words::OTHERS_SIGNED_OUT);
    Ok(ended)
}
