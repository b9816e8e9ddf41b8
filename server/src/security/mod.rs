//! Who is asking, from where, and what a browser is told to refuse.

pub(crate) mod access_token;
pub(crate) mod asker;
pub(crate) mod cross_origin;
pub(crate) mod csp_reports;
pub(crate) mod headers;
pub(crate) mod host;
