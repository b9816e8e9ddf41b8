//! The server functions that give a person their data, and that delete their account.

use crate::auth_client::AuthClient;
use crate::error::AppError;
use leptos::prelude::*;
use serde_json::Value;

/// Everything that is kept about the person, which a browser saves as `account.json`. Each feature adds its rows here.
#[server(endpoint = "account/data", client = AuthClient)]
pub async fn download_data() -> Result<Value, AppError> {
    use crate::features::notes::store;
    use crate::ssr;

    let session = ssr::session()?;
    let mut data = ssr::auth()?.account_data(&session).await?;
    let notes = store::list(&ssr::owner()?).await?;
    if let Value::Object(data) = &mut data {
        data.insert("notes".to_owned(), serde_json::json!(notes));
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
    use crate::message::Message;
    use crate::ssr;
    use leptos::server_fn::ServerFn;

    let (scope, fields) = (ssr::scope()?, [("confirmation", confirmation.as_str())]);
    let session = ssr::session_or_keep(DeleteAccount::PATH, &fields).await?;
    let deleted = scope.auth.delete_account(&session, &confirmation, &scope.device).await;
    ssr::or_keep(deleted, DeleteAccount::PATH, &fields)?;
    ssr::forget_in_browser()?;
    ssr::flash().say(Message::AccountDeleted);
    if scope.is_form_post {
        ssr::redirect("/");
    }
    Ok(())
}
