//! A forgotten password: the mail with a link, and the new password that the link allows.

mod api;
mod page;
mod reset_page;

pub use api::{ForgotPassword, ResetPassword, forgot_password, reset_password};
pub(crate) use page::{ForgotPasswordPage, ResetSentPage};
pub(crate) use reset_page::ResetPasswordPage;
