//! Mailed links.

mod address;
mod copied;
mod invitation;
mod known_device;
mod others;
mod pending_address;
mod recovery;
pub(crate) mod tokens;
mod verification;
