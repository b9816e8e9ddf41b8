//! Confirming the address of an account.

mod api;
mod banner;
mod page;
mod words;

pub use api::{SendVerification, VerifyEmail, send_verification, verify_email};
pub(crate) use banner::VerificationBanner;

use leptos::server_fn::ServerFn;
use page::VerifyEmailPage;
use platform::page;
use platform::site::Feature;

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[page!("/verify-email" is for Everyone: VerifyEmailPage from data)],
    open: &[VerifyEmail::PATH],
    messages: &[words::SENT, words::VERIFIED],
    ..Feature::EMPTY
};
