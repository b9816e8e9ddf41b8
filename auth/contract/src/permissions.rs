//! What a person may do beyond their own account, and the roles that permit it.

use serde::{Deserialize, Serialize};

/// The role that every account holds.
pub const ROLE_USER: &str = "user";
/// The role that permits everything.
pub const ROLE_ADMIN: &str = "admin";
/// The longest name of a role, in characters.
pub const ROLE_MAX_LENGTH: usize = 32;
/// The most roles that an account holds beside [`ROLE_USER`]. Its access tokens name them all.
pub const ROLES_PER_USER: usize = 16;

crate::words! {
    /// A permission. A role is a set of them. A product adds its own here.
    #[derive(PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Permission {
        /// To see the accounts of all users, their sessions and events.
        ReadUsers = "read_users",
        /// To disable and enable accounts, end their sessions and send them resets.
        ManageUsers = "manage_users",
        /// To make roles, and to grant and revoke them.
        ManageRoles = "manage_roles",
        /// To see and rotate the keys that sign tokens.
        ManageKeys = "manage_keys",
        /// To see the security events of everyone.
        ReadEvents = "read_events",
        /// To see the mail that waits or failed, and to have it tried again.
        ManageMail = "manage_mail",
        /// To ask whether a token of anyone is valid, and to revoke it (RFC 7662, RFC 7009).
        IntrospectTokens = "introspect_tokens",
    }
}

/// A problem with a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleProblem {
    /// Not 1 to [`ROLE_MAX_LENGTH`] of the characters `a` to `z`, `0` to `9`, `-` and `_`, beginning with a letter.
    Malformed,
    /// Another role has the name.
    Taken,
    /// No role has the name.
    Unknown,
    /// `user` and `admin` cannot be deleted, `admin` permits everything, and everyone holds `user`.
    BuiltIn,
    /// An account holds the role, so it cannot be deleted.
    Held,
    /// The account holds [`ROLES_PER_USER`] roles already.
    TooMany,
}
