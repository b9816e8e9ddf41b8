//! What an administrator does to accounts and to the database.

pub(crate) mod accounts;
pub(crate) mod backup;
pub(crate) mod facet;
pub(crate) mod invitation;
pub(crate) mod roles;
