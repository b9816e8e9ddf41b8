//! The server: configuration, router, middleware, background tasks, mail, metrics, command line.
//!
//! `router.rs` lists every layer in the order in which a request meets it. A room imports only the rooms above it in the
//! list below; `xtask/src/rooms.rs` enforces that.

mod limits;
mod pwned_passwords;

pub mod config;
pub mod telemetry;

mod startup;

mod request;
mod response;

mod flow_store;
mod mailer;
mod metrics;

mod tasks;

mod state;

mod security;

mod routes;

mod api;

mod router;

mod application;

mod cli;

pub use api::document as api_document;
pub use application::{Application, Handle};
pub use cli::Cli;
pub use mailer::{Mailer, SendProblem};
pub use pwned_passwords::{RANGE_PATIENCE, pwned_passwords};
pub use tasks::OutboxWorker;
