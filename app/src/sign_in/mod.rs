//! Signing in, staying signed in, signing out.

mod api;
mod page;

pub use api::{LogIn, LogOut, Refresh, log_in, log_out, refresh};
pub(crate) use page::SignInPage;
