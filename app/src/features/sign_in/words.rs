//! The words on the page that signs a person in.

/// The text that search engines show.
pub(super) const DESCRIPTION: &str = "Sign in to your account on {PRODUCT} with your email address and your password.";
/// The title of the page, and the button of its form.
pub(super) const TITLE: &str = "Sign in";
/// On the door.
pub(super) const DOOR: &str = "Welcome back.";
/// The check box that makes the session outlive the browser.
pub(super) const REMEMBER: &str = "Keep me signed in";
/// Leads to a new password.
pub(super) const FORGOT: &str = "Forgot your password?";
/// Before the link to a new account.
pub(super) const NEW: &str = "New here? ";
/// Leads to a new account.
pub(super) const SIGN_UP: &str = "Create account";
