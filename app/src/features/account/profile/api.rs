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
    use leptos::server_fn::ServerFn;
    use platform::message::Message;
    use platform::ssr;

    let fields = [("display_name", display_name.as_str())];
    let mut session = ssr::session_or_keep(SetDisplayName::PATH, &fields).await?;
    let auth = ssr::auth()?;
    let set = auth.set_display_name(&session, &display_name).await;
    session.user = ssr::or_keep(set, SetDisplayName::PATH, &fields)?;
    ssr::lead_on("/account", Message::NameSaved);
    Ok(ssr::describe(&session, auth.clock().now()))
}
