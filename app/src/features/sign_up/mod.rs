//! Making an account.

mod api;
mod page;

pub use api::{SignUp, sign_up};
pub(crate) use page::{SignUpPage, SignUpSentPage, password_hint, provide_password_rule};
