//! Answers the routes beside the pages and server functions: health, well-known files, reports, assets, mailbox.

pub(crate) mod assets;
pub(crate) mod client_failures;
pub(crate) mod dev_mailbox;
pub(crate) mod health;
pub(crate) mod jwks;
pub(crate) mod pages;
pub(crate) mod verify;
pub(crate) mod well_known;
