//! The server functions that give a person their data, and that delete their account.

use leptos::prelude::*;
use platform::auth_client::AuthClient;
use platform::error::AppError;
use serde_json::Value;

/// Everything that is kept about the person, which a browser saves as `account.json`: their account, and the rows of
/// every feature.
#[server(endpoint = "account/data", client = AuthClient)]
pub async fn download_data() -> Result<Value, AppError> {
    use platform::site::site;
    use platform::ssr;

    let owner = ssr::owner()?;
    let mut data = ssr::auth()?.account(&ssr::session()?).data().await?;
    if let Value::Object(data) = &mut data {
        for export in site().features.iter().filter_map(|feature| feature.export) {
            data.insert(export.name.to_owned(), (export.rows)(&owner).await?);
        }
    }
    ssr::as_file("account.json");
    Ok(data)
}

/// Deletes the account and everything that belongs to it; wants a recent proof of who asks. A form posted without
/// JavaScript is led to `/`.
#[server(endpoint = "account/delete", client = AuthClient)]
pub async fn delete_account(
    /// The account's address, typed as a confirmation.
    confirmation: String,
) -> Result<(), AppError> {
    use super::words;
    use platform::ssr;

    let (scope, session) = (ssr::scope()?, ssr::session()?);
    scope.auth.account(&session).delete(&confirmation, &scope.client).await?;
    ssr::forget_in_browser()?;
    ssr::flash().say(words::DELETED);
    if scope.is_form_post {
        ssr::redirect("/");
    }
    Ok(())
}
