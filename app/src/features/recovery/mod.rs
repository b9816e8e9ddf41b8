//! A forgotten password: the mail with a link, and the new password that the link allows. The same page sets the first
//! password of an account whose owner was invited.

mod api;
mod page;
mod reset_page;
mod words;

pub use api::{AcceptInvitation, ForgotPassword, ResetPassword, accept_invitation, forgot_password, reset_password};

use leptos::server_fn::ServerFn;
use page::{ForgotPasswordPage, ResetSentPage};
use platform::page;
use platform::site::Feature;
use reset_page::{AcceptInvitationPage, ResetPasswordPage};

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[
        page!("/forgot-password" is for Everyone: ForgotPasswordPage from way_in).described(words::DESCRIPTION),
        page!("/forgot-password/sent" is for Everyone: ResetSentPage from way_in),
        page!("/reset-password" is for Everyone: ResetPasswordPage from data),
        page!("/accept-invitation" is for Everyone: AcceptInvitationPage from data),
    ],
    open: &[ForgotPassword::PATH, ResetPassword::PATH, AcceptInvitation::PATH],
    messages: &[words::PASSWORD_RESET, words::INVITATION_ACCEPTED],
    ..Feature::EMPTY
};
