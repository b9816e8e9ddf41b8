//! Builds answers: failures, form redirects, constant pages, repeated answers, and the end of abandoned requests.

pub(crate) mod document;
pub(crate) mod error_page;
pub(crate) mod failure;
pub(crate) mod finish;
pub(crate) mod flow_cookie;
pub(crate) mod form_redirect;
pub(crate) mod idempotency;
pub(crate) mod misdirected;
pub(crate) mod pace;
pub(crate) mod problem;
pub(crate) mod render;
