//! Sessions, their cookies, and the rows of people who are not signed in.

pub(crate) mod anonymous_rows;
mod cookies;
mod flow;
mod page_session;
pub(crate) mod refresh;
mod replay;
mod sweep;
