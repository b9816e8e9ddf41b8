//! Tests of the account rules through [`auth::Auth`] alone, each with its own database and a hand-set clock.
//!
//! They run on SQLite, or on PostgreSQL if `LATCHKEY_TEST_POSTGRES` names a server.

#![expect(clippy::expect_used, reason = "a helper that cannot go on says where, as a test does")]

mod access_tokens;
mod account_data;
mod address_change;
mod administration;
mod api_sessions;
mod audit;
mod backup;
mod breached_passwords;
mod concurrency;
mod cookieless;
mod database;
mod devices;
mod events;
mod forged_tokens;
mod former_addresses;
mod house;
mod international;
mod invitation;
mod known_devices;
mod letterbox;
mod link_destinations;
mod links;
mod mail;
mod metrics;
mod page_session;
mod password_change;
mod password_throttle;
mod pending_address;
mod profile;
mod reauthentication;
mod recovery;
mod refresh;
mod replay;
mod roles;
mod rotation_model;
mod secrets;
mod sessions;
mod sign_in;
mod sign_out;
mod sign_up;
mod signing_keys;
mod sweep;
mod throttle;
mod throttled_requests;
mod trouble;
mod verification;
