//! Making an account.

mod api;
mod page;

pub use api::{SignUp, sign_up};
pub(crate) use page::{SignUpPage, provide_password_rule};
