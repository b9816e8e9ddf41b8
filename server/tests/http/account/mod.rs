//! The pages and endpoints of a user's own account.

mod activity;
mod data;
mod devices;
mod password;
mod profile;
mod reauthentication;
