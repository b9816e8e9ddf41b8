//! Signing in, staying signed in, signing out.

mod api;
mod page;

pub use api::{HasCookie, LogIn, LogOut, Refresh, has_cookie, log_in, log_out, refresh};
pub(crate) use page::SignInPage;
