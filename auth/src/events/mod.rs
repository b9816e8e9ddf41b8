//! Security events: how they are recorded, written, read and counted.

pub(crate) mod activity;
pub(crate) mod event;
pub(crate) mod metrics;
pub(crate) mod refusal_writer;
