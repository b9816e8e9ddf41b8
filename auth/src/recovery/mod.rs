//! Verification of an address, reset of a password and change of an address.

pub(crate) mod address_change;
pub(crate) mod former_address;
pub(crate) mod pending_address;
pub(crate) mod reset;
pub(crate) mod reset_requests;
pub(crate) mod verification;
