//! The HTTP surface: every route, over real connections to a server of its own for each test.
//!
//! The rules of accounts are tested in `auth`; these tests are about the wire. They run on SQLite, or
//! where `LATCHKEY_TEST_POSTGRES` names a server, on PostgreSQL.

#![allow(clippy::expect_used, reason = "a test that cannot go on says where, and that is all it has to say")]

mod account;
mod api;
mod authentication;
mod limits;
mod links;
mod mail;
mod notes;
mod operation;
mod pages;
mod requests;
mod sessions;
#[path = "../support/site.rs"]
mod site;
mod support;

use support::{answer, app, ask, exposition, mail_office, mail_server, range_server, raw};
