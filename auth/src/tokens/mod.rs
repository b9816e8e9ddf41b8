//! Access tokens, refresh tokens and the tokens of mailed links.

pub(crate) mod access;
pub(crate) mod link_request;
pub(crate) mod mailed_link;
pub(crate) mod mailed_token;
pub(crate) mod refresh;
