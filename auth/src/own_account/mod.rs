//! A signed-in person's own account: profile, sessions, activity and data.

pub(crate) mod activity;
pub(crate) mod cursor;
pub(crate) mod devices;
pub(crate) mod export;
pub(crate) mod profile;
