//! An account, as its owner sees it in the API.

use serde::Serialize;
use utoipa::ToSchema;

/// An account, as its owner sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct User {
    /// A `UUIDv7`.
    id: String,
    /// The address.
    email: String,
    /// Whether the owner has shown that mail to the address arrives.
    verified: bool,
    /// The name that the owner goes by.
    display_name: Option<String>,
    /// When the account was made, in milliseconds UTC.
    created_at: i64,
}

impl From<&auth::User> for User {
    fn from(user: &auth::User) -> Self {
        Self {
            id: user.id.to_string(),
            email: auth::display_address(&user.email),
            verified: user.verified_at.is_some(),
            display_name: user.display_name.clone(),
            created_at: user.created_at,
        }
    }
}
