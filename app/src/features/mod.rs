//! The features: one folder each, with its pages and server functions.

pub mod account;
pub mod address_change;
pub mod home;
pub mod link;
pub mod notes;
pub mod recovery;
pub mod sign_in;
pub mod sign_up;
pub mod verification;
