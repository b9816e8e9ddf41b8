//! Users, their e-mail addresses and their data.

pub(crate) mod contacts;
pub(crate) mod email;
pub(crate) mod export;
pub(crate) mod international_domain;
pub(crate) mod profile;
pub(crate) mod user;
