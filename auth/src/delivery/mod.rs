//! The delivery of mail: what the worker that sends it asks for and reports.

mod outbox;
mod worker;
