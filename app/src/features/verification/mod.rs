//! Confirming the address of an account.

mod api;
mod banner;
mod page;

pub use api::{SendVerification, VerifyEmail, send_verification, verify_email};
pub(crate) use banner::VerificationBanner;
pub(crate) use page::VerifyEmailPage;
