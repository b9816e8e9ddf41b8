//! `APP_SECRET`, the keys that are derived from it, and the keys that sign access tokens.

pub(crate) mod app_secret;
pub(crate) mod refresh_key;
pub(crate) mod seal;
pub(crate) mod signing;
