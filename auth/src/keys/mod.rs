//! `APP_SECRET` and the keys that are derived from it.

pub(crate) mod app_secret;
pub(crate) mod seal;
pub(crate) mod signing;
