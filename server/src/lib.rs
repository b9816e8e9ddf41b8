//! What *runs*: configuration, router, middleware, command line.
//!
//! A request comes in through `router.rs`, which names every layer in order; who is asking is decided in
//! `security/asker.rs`, what a failure looks like in `http/failure.rs`.

mod application;
mod background;
mod client_address;
pub mod config;
mod flow_store;
mod health;
mod http;
mod router;
mod security;
pub mod telemetry;

pub use application::{Application, Handle};
