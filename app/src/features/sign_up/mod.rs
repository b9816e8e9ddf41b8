//! Making an account.

mod api;
mod page;
mod words;

pub use api::{SignUp, sign_up};

use leptos::server_fn::ServerFn;
use page::{SignUpPage, SignUpSentPage};
use platform::page;
use platform::site::Feature;

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[
        page!("/signup" is for SignedOut: SignUpPage from way_in).described(words::DESCRIPTION),
        page!("/signup/sent" is for SignedOut: SignUpSentPage from way_in),
    ],
    open: &[SignUp::PATH],
    ..Feature::EMPTY
};
