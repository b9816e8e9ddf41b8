//! Decides which requests are served: for which host, from which origin, for which session, with which headers.

pub(crate) mod authentication;
pub(crate) mod client;
pub(crate) mod closed_endpoints;
pub(crate) mod cross_origin;
pub(crate) mod csp_reports;
pub(crate) mod headers;
pub(crate) mod host;
mod page_guard;
