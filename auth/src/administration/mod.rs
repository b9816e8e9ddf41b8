//! What an administrator does to accounts.

pub(crate) mod accounts;
pub(crate) mod invitation;
