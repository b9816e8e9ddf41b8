//! Checks at start that the server can run: the built site and the memory limit.

pub(crate) mod memory_limit;
pub(crate) mod site;
