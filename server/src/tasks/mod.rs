//! Runs in the background: the sweep of expired rows, the rotation of signing keys and the worker that sends mail.

mod outbox;
pub(crate) mod signing_keys;
pub(crate) mod sweep;

pub use outbox::OutboxWorker;
