//! The words of the question for the password, in the panel and on the page.

use platform::message::Message;

/// The title of both.
pub(super) const TITLE: &str = "Is it still you?";
/// On the door of the page.
pub(super) const DOOR: &str = "A quick check.";
/// What to do.
pub(super) const LEAD: &str = "Enter your password to go on.";
/// The button.
pub(super) const GO_ON: &str = "Go on";
/// Gives it up.
pub(super) const CANCEL: &str = "Cancel";
/// After the password was given anew, because a form asked for it.
pub(crate) const DONE: Message = Message::new("reauthenticated", "Thank you. You can go on where you were.");
