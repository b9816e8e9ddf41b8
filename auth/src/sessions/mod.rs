//! Sessions: how they begin, are used, refreshed, listed and ended.

pub(crate) mod asker;
pub(crate) mod cache;
pub(crate) mod end;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod refresh;
pub(crate) mod rotation;
pub(crate) mod session;
pub(crate) mod usage;
