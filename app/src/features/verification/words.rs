//! The words on the page that confirms an address, and on the banner that asks for it.

use platform::message::Message;

/// The title of the page, and the name of the banner.
pub(super) const TITLE: &str = "Confirm your address";
/// On the door.
pub(super) const DOOR: &str = "One last step.";
/// The button of every form of the page.
pub(super) const CONFIRM: &str = "Confirm address";
/// Before the link to a new password.
pub(super) const FORGOTTEN: &str = "Forgotten it, or was it not you who made the account? ";
/// Leads to a new password.
pub(super) const CHOOSE: &str = "Choose a new password";
/// The field of that password.
pub(super) const NEW_PASSWORD: &str = "New password";
/// Before the link back to the password that the account has.
pub(super) const KNOWN: &str = "You know the account's password? ";
/// Leads back to it.
pub(super) const USE_IT: &str = "Use that";
/// Leads to another link.
pub(super) const SIGN_IN: &str = "Sign in for a new link";
/// The button of the banner.
pub(super) const SEND_AGAIN: &str = "Send again";
/// After `Send again`.
pub(super) const SENT: Message =
    Message::new("verification_sent", "A new mail is on its way. The link in it works for 24 hours.");
/// After the address was confirmed by a mailed link.
pub(super) const VERIFIED: Message = Message::new("address_verified", "Your address is confirmed.")
    .or_to_another("The address is confirmed. It is that of another account than yours, which stays as it is.");

/// Says what the link shows.
pub(super) fn lead(address: &str) -> String {
    format!("It is {address}, and mail to it reaches you: this link shows it.")
}

/// Says that no other link is needed.
pub(super) fn confirmed_already(address: &str) -> String {
    format!("The address {address} is confirmed already.")
}

/// Leads to another link by the banner.
pub(super) fn press_again(address: &str) -> String {
    format!("Press “{SEND_AGAIN}” above for a new link for {address}.")
}

/// Says on the banner what there is to do.
pub(super) fn check_mail(address: &str) -> String {
    format!("Check your mail to confirm {address}")
}
