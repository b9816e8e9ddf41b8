//! The headers and fields that pages add to their forms, and the answers of the account endpoints, as both sides of the
//! wire read it.

use contract::Permission;
use serde::{Deserialize, Serialize};

/// The header in which a page sends its access token. `Authorization` may be a proxy's that asks for a password itself.
pub const ACCESS_TOKEN_HEADER: &str = "x-access-token";
/// The header in which a fetch says which session its page belongs to.
pub const SESSION_HEADER: &str = "x-session";
/// The hidden field in which a form says so.
pub const SESSION_FIELD: &str = "sid";
/// The hidden field in which a form says where it is, where its page's `Referer` is its origin alone.
pub const BACK_FIELD: &str = "back";

/// The hidden field with a form's idempotency key: what is sent twice with the same key and the same fields is done
/// once.
pub const IDEMPOTENCY_FIELD: &str = "idempotency_key";

/// The person a page is rendered for, and the session it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The account's id, a UUIDv7.
    pub id: String,
    /// The address as people read it: an international domain as U-labels.
    pub email: String,
    /// Whether its owner has shown that mail to it arrives.
    pub verified: bool,
    /// The person's name, where they have set one.
    pub display_name: Option<String>,
    /// When the account was made, in milliseconds UTC.
    pub created_at: i64,
    /// What the person's roles permit. A change arrives with the next refresh.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
    /// The session that asked.
    pub session: CurrentSession,
}

impl CurrentUser {
    /// Whether the person's roles permit it. This decides what a page shows; the server decides what happens.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// The session that a page belongs to (`sid`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentSession {
    /// The session's id, a UUIDv7.
    pub id: String,
    /// When the person signed in, in milliseconds UTC.
    pub begun_at: i64,
    /// When the session ends if it is not used again, in milliseconds UTC.
    pub expires_at: i64,
    /// How long that is from the answer on, in milliseconds: the browser's clock may be wrong.
    pub expires_in: i64,
}

/// The answer to sign-up, sign-in and renewal, named as in RFC 6749, section 5.1.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedIn {
    /// The JWT to send in [`ACCESS_TOKEN_HEADER`], or as `Authorization: Bearer …`. A form posted without JavaScript
    /// gets none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// Always `Bearer` (RFC 6750).
    pub token_type: String,
    /// The access token's remaining life in seconds.
    pub expires_in: u64,
    /// Whether the request came without any cookie, so that nothing shows yet that the browser keeps them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cookie_unproven: bool,
    /// The user.
    pub user: CurrentUser,
}

impl std::fmt::Debug for SignedIn {
    /// Leaves the access token out, so that no log line can hold one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("expires_in", &self.expires_in)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
