//! The HTTP surface: every route, over real connections to a server of its own for each test.
//!
//! What the accounts decide is tested in `auth`; here is what of it is seen on the wire. The tests run on SQLite, or
//! where `LATCHKEY_TEST_POSTGRES` names a server, on PostgreSQL.

#![allow(clippy::expect_used, reason = "a test that cannot go on says where, and that is all it has to say")]

mod answer;
mod app;
mod ask;
mod exposition;
mod mail_office;
mod mail_server;
mod mailed;
mod range_server;
mod raw;
#[path = "../support/site.rs"]
mod site;

mod account_activity;
mod account_data;
mod account_devices;
mod account_password;
mod account_profile;
mod account_reauthentication;
mod anonymous_rows;
mod assets;
mod bearer;
mod bodies;
mod client_failures;
mod cookie_check;
mod cookies;
mod cross_origin;
mod csp_reports;
mod descriptions;
mod endpoints;
mod failures;
mod flow;
mod forms;
mod guards;
mod headers;
mod health;
mod host;
mod idempotency;
mod international;
mod links_address;
mod links_copied;
mod links_invitation;
mod links_others;
mod links_recovery;
mod links_tokens;
mod links_verification;
mod log;
mod mail_kill;
mod mail_sending;
mod mail_tls;
mod mail_trouble;
mod mail_ways;
mod methods;
mod metrics;
mod native;
mod next;
mod notes;
mod notes_without_javascript;
mod page_session;
mod pages;
mod patience;
mod pending_address;
mod pwned_passwords;
mod queue;
mod refresh;
mod replay;
mod shutdown;
mod sign_in;
mod sign_out;
mod sign_up;
mod sweep;
mod throttle;
mod trouble;
mod well_known;
