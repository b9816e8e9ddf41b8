//! Signing in. The platform keeps a person signed in and signs them out.

mod api;
mod page;
mod words;

pub use api::{LogIn, log_in};

use leptos::server_fn::ServerFn;
use page::SignInPage;
use platform::page;
use platform::site::Feature;

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[page!("/login" is for SignedOut: SignInPage from way_in).described(words::DESCRIPTION)],
    open: &[LogIn::PATH],
    ..Feature::EMPTY
};
