//! The program itself: its commands, on their own database.

#![expect(clippy::expect_used, reason = "a test that cannot go on says where, and that is all it has to say")]

mod crash;
mod house;
mod range_api;
mod role;
mod running;
#[path = "../support/site.rs"]
mod site;

mod backup;
mod clients;
mod conformance;
mod doctor;
mod environment;
mod help;
mod keys;
mod log;
mod mail;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(unix)]
mod modes;
mod reference;
mod schema;
mod serving;
mod sessions;
mod user;
