//! Reads what a request says: its kind, credentials, cookies, client address, body, and the page it came from.

pub(crate) mod access_token;
pub(crate) mod body;
pub(crate) mod client_address;
pub(crate) mod cookies;
pub(crate) mod fingerprint;
pub(crate) mod form;
pub(crate) mod id;
pub(crate) mod kind;
pub(crate) mod referrer;
