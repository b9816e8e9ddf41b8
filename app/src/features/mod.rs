//! The features: one folder each, with its pages and server functions. This file names each once as a module and once in
//! the list.

pub mod account;
pub mod address_change;
pub mod home;
pub mod link;
pub mod notes;
pub mod recovery;
pub mod sign_in;
pub mod sign_up;
pub mod verification;

use platform::site::Feature;

/// Every feature, in the order of their links in the navigation.
pub(crate) const ALL: &[Feature] = &[
    home::FEATURE,
    sign_up::FEATURE,
    sign_in::FEATURE,
    link::FEATURE,
    recovery::FEATURE,
    verification::FEATURE,
    address_change::FEATURE,
    notes::FEATURE,
    account::FEATURE,
];
