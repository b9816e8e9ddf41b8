//! What *runs*: configuration, router, middleware, command line.
//!
//! A request comes in through `router.rs`, which names every layer in order; who is asking is decided in
//! `security/asker.rs`, what a failure looks like in `http/failure.rs`. Mail goes out by `outbox_worker.rs`, on the way
//! that `mailer/` knows. How all of it fares can be read by way of `metrics/`.

mod application;
mod background;
mod cli;
mod client_address;
mod client_failures;
pub mod config;
mod dev_mailbox;
mod flow_store;
mod health;
mod http;
mod mailer;
mod memory_limit;
mod metrics;
mod outbox_worker;
mod pwned_passwords;
mod router;
mod security;
mod site;
pub mod telemetry;
mod well_known;

pub use application::{Application, Handle};
pub use cli::Cli;
pub use mailer::{Mailer, SendProblem};
pub use outbox_worker::OutboxWorker;
pub use pwned_passwords::{RANGE_PATIENCE, pwned_passwords};
