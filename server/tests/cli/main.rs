//! The program itself, as whoever runs it meets it: its commands, on a database of their own.

#![expect(clippy::expect_used, reason = "a test that cannot go on says where, and that is all it has to say")]

mod crash;
mod house;
mod range_api;
mod running;

mod backup;
mod doctor;
mod help;
mod log;
mod mail;
mod sessions;
mod user;
