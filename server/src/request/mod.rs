//! The wire: which kind of request came, how a body is read, what a failure looks like.

pub(crate) mod api_body;
pub(crate) mod cookie_header;
pub(crate) mod document;
pub(crate) mod error_page;
pub(crate) mod failure;
pub(crate) mod finish;
pub(crate) mod flow_cookie;
pub(crate) mod form;
pub(crate) mod idempotency;
pub(crate) mod kind;
pub(crate) mod pace;
pub(crate) mod referrer;
