//! What an administrator does to accounts, to signing keys and to the database.

pub(crate) mod accounts;
pub(crate) mod backup;
pub(crate) mod facet;
pub(crate) mod invitation;
mod key_upkeep;
pub(crate) mod roles;
pub(crate) mod signing_keys;
