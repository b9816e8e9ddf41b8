//! Security events: how they are recorded, written and counted.

pub(crate) mod event;
pub(crate) mod metrics;
pub(crate) mod refusal_writer;
