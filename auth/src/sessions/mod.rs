//! Sessions: how they are stored, cached, rotated and ended.

pub(crate) mod cache;
pub(crate) mod end;
pub(crate) mod kind;
pub(crate) mod new_session;
pub(crate) mod outcome;
pub(crate) mod rotation;
pub(crate) mod session;
pub(crate) mod usage;
