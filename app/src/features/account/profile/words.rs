//! The words on the page of the profile.

use platform::message::Message;

/// The title of the page.
pub(super) const TITLE: &str = "Account";
/// Before the address.
pub(super) const EMAIL: &str = "Email";
/// Before the day on which the account was created.
pub(super) const MEMBER_SINCE: &str = "Member since";
/// Before the time of the sign-in.
pub(super) const SESSION_BEGAN: &str = "This session began";
/// Before the time at which the session ends if it is not used.
pub(super) const SESSION_EXPIRES: &str = "It expires if unused";

/// The heading of the name.
pub(super) const NAME_TITLE: &str = "Name";
/// The field of the name.
pub(super) const NAME: &str = "Display name";
/// What the name is for.
pub(super) const NAME_HINT: &str = "What we call you. Leave it empty to go by your address.";
/// The button of the name.
pub(super) const SAVE_NAME: &str = "Save name";

/// The heading of the address.
pub(super) const ADDRESS_TITLE: &str = "Email address";
/// Around the address that waits for its confirmation, and before the time until which its link works at least.
pub(super) const PENDING: [&str; 3] =
    ["Your address changes to ", " as soon as that is confirmed. The link in the mail works at least until ", "."];
/// Sends the link once more.
pub(super) const SEND_AGAIN: &str = "Send again";
/// Cancels the change.
pub(super) const CANCEL: &str = "Cancel";
/// The field of the new address.
pub(super) const NEW_ADDRESS: &str = "New address";
/// What happens next.
pub(super) const NEW_ADDRESS_HINT: &str = "We send a link there. Until you open it, nothing changes.";
/// The button of the new address.
pub(super) const CHANGE_ADDRESS: &str = "Change address";
/// After the name was stored.
pub(crate) const NAME_SAVED: Message = Message::new("name_saved", "Your name is saved.");
