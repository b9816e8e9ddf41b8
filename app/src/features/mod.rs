//! The features: one folder each, with its pages and server functions. This file names each once, in the order of their
//! links in the navigation.

pub mod home;
pub mod sign_up;
pub mod sign_in;
pub mod link;
pub mod recovery;
pub mod verification;
pub mod address_change;
pub mod notes;
pub mod account;

use platform::site::Feature;

/// Every feature named above (`app/build.rs`).
pub(crate) const ALL: &[Feature] = include!(concat!(env!("OUT_DIR"), "/features.rs"));
