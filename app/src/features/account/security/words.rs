//! The words on the page that changes the password.

use platform::message::Message;

/// The title of the page.
pub(super) const TITLE: &str = "Security";
/// The heading of the password.
pub(super) const PASSWORD_TITLE: &str = "Password";
/// What a new password does.
pub(super) const LEAD: &str = "A new password signs out every other device.";
/// The field of the password that the account has.
pub(super) const CURRENT: &str = "Current password";
/// The field of the new password.
pub(super) const NEW: &str = "New password";
/// The button.
pub(super) const CHANGE: &str = "Change password";
/// After the password was changed.
pub(crate) const CHANGED: Message =
    Message::new("password_changed", "Your password is changed. Every other device is signed out.");
