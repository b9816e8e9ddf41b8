//! Runs in the background: the sweep of expired rows and the worker that sends mail.

mod outbox;
pub(crate) mod sweep;

pub use outbox::OutboxWorker;
