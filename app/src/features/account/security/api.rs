//! The server function that changes the password.

use leptos::prelude::*;
use platform::auth_client::SuccessionClient;
use platform::error::AppError;
use platform::wire::SignedIn;

/// Changes the password. All sessions end, and this browser goes on in a new one. A form posted without JavaScript is
/// led to `/account/security`.
#[server(endpoint = "account/password", client = SuccessionClient)]
pub async fn change_password(
    /// The password that the account has.
    current_password: String,
    /// The one that takes its place, taken as typed, in Unicode's normalization form C.
    new_password: String,
) -> Result<SignedIn, AppError> {
    use super::words;
    use platform::error::Field;
    use platform::ssr;

    let (scope, session) = (ssr::scope()?, ssr::session()?);
    let new = scope.successor(&session)?;
    let changed = scope.auth.account(&session).change_password(current_password.into(), new_password.into(), new).await;
    let grant = changed.map_err(|error| AppError::from(error).renamed(Field::Password, Field::NewPassword))?;
    ssr::lead_on("/account/security", words::CHANGED);
    ssr::grant(&grant).await
}
