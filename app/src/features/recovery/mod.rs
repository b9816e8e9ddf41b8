//! A forgotten password: the mail with a link, and the new password that the link allows. The same page sets the first
//! password of an account whose owner was invited.

mod api;
mod page;
mod reset_page;

pub use api::{AcceptInvitation, ForgotPassword, ResetPassword, accept_invitation, forgot_password, reset_password};
pub(crate) use page::{ForgotPasswordPage, ResetSentPage};
pub(crate) use reset_page::{AcceptInvitationPage, ResetPasswordPage};
