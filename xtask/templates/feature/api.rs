//! The server functions of the {{words}}. Each asks for the session itself, because the guard of the page is a courtesy.

#![allow(missing_docs, reason = "`#[server]` makes a public struct of the arguments, which the function describes")]

use super::{{{Type}}, {{Type}}Fields};
use leptos::prelude::*;
use platform::auth_client::AuthClient;
use platform::error::AppError;

/// Returns the user's {{words}}, the newest first.
#[server(endpoint = "{{path}}/list", client = AuthClient)]
pub async fn list_{{module}}() -> Result<Vec<{{Type}}>, AppError> {
    use super::store;
    use platform::ssr;

    store::list(&ssr::owner()?).await
}

/// Adds {{a_word}}.
#[server(endpoint = "{{path}}/add", client = AuthClient)]
pub async fn add_{{one}}(#[server(flatten)] fields: {{Type}}Fields) -> Result<{{Type}}, AppError> {
    use super::store;
    use platform::ssr;

    store::add(&ssr::owner()?, &fields).await.inspect(|_| ssr::lead_back("/{{path}}"))
}

/// Changes {{a_word}}, if it still is that `version`. Otherwise the answer is [`AppError::Conflict`].
#[server(endpoint = "{{path}}/edit", client = AuthClient)]
pub async fn edit_{{one}}(
    id: String,
    #[server(default)] version: i64,
    #[server(flatten)] fields: {{Type}}Fields,
) -> Result<{{Type}}, AppError> {
    use super::store;
    use platform::ssr;

    store::edit(&ssr::owner()?, &id, version, &fields).await.inspect(|_| ssr::lead_back("/{{path}}"))
}

/// Deletes {{a_word}}, if it still is the version that the person saw. Returns its id.
#[server(endpoint = "{{path}}/delete", client = AuthClient)]
pub async fn delete_{{one}}(id: String, #[server(default)] version: i64) -> Result<String, AppError> {
    use super::store;
    use platform::ssr;

    let deleted = store::delete(&ssr::owner()?, &id, version).await.inspect(|_| ssr::lead_back("/{{path}}"))?;
    Ok(deleted.id)
}
