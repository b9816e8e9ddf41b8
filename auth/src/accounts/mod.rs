//! Users and their e-mail addresses.

pub(crate) mod email;
pub(crate) mod international_domain;
pub(crate) mod roles;
pub(crate) mod user;
