//! Signing up, in and out, and what proves a session.

mod bearer;
mod cookie_check;
mod gateway;
mod guards;
mod international;
mod native;
mod next;
mod offline;
mod permissions;
mod pwned_passwords;
mod sign_in;
mod sign_out;
mod sign_up;
