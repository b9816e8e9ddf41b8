//! The words on the pages that confirm and undo a change of address.

use platform::message::Message;

/// The title of the page of the link that a new address is sent.
pub(super) const CONFIRM_TITLE: &str = "Confirm your new address";
/// On its door.
pub(super) const CONFIRM_DOOR: &str = "Same account, new address.";
/// Where no session of the account asks.
pub(super) const NOT_YOURS: &str = "If it is not your account, close this page: without its password nothing changes.";
/// The button of its form.
pub(super) const CONFIRM: &str = "Use this address";
/// Around the link to a new password.
pub(super) const FORGOTTEN: [&str; 2] = ["Forgotten the password? ", ", then ask for the new address again."];
/// Leads to another link.
pub(super) const ANOTHER_LINK: &str = "Ask for a new link";
/// Leads to a new password.
pub(super) const CHOOSE: &str = "Choose a new password";

/// The title of the page of the link that the old address is sent.
pub(super) const UNDO_TITLE: &str = "Take your account back";
/// On its door.
pub(super) const UNDO_DOOR: &str = "Your account stays yours.";
/// The field of the new password.
pub(super) const NEW_PASSWORD: &str = "New password";
/// The button of its form.
pub(super) const UNDO: &str = "Take it back";
/// Where the link does not work.
pub(super) const NO_OTHER_LINK: &str = "Such a link is sent once, with the change that it undoes. If the account has \
     this address again, a new password will do.";
/// After a mail went to the address that is to be the account's.
pub(crate) const SENT: Message =
    Message::new("address_change_sent", "Follow the link in the mail that we have sent to the new address.");
/// After `Cancel`.
pub(crate) const CANCELLED: Message =
    Message::new("address_change_cancelled", "The change of address is cancelled. Its link no longer works.");
/// After the new address was confirmed by a mailed link.
pub(super) const CHANGED: Message =
    Message::new("address_changed", "The new address is confirmed. Sign in with it from now on.")
        .or_to_another("The new address is confirmed. It is that of another account than yours, which stays as it is.");
/// After a change of address was undone by a mailed link.
pub(super) const RESTORED: Message = Message::new("address_restored", "Your address is what it was, and your new password is set. Sign in with them.")
    .or_to_another("The address is what it was, and the new password is set. They are those of another account than yours, which stays as it is.");

/// Says what a confirmation changes.
pub(super) fn confirm_lead(account: &str, address: &str) -> String {
    format!(
        "The account of {account} gets the address {address}. From then on you sign in with that. We tell the old \
         address about it."
    )
}

/// Says what undoing changes. `now` is the address that the account has, where it is another one.
pub(super) fn undo_lead(now: Option<&str>, address: &str) -> String {
    let account =
        now.map_or_else(|| "The account".to_owned(), |now| format!("The account that now has the address {now}"));
    format!(
        "{account} gets the address {address} back. Every device is signed out, and whoever changed the address needs \
         the password that you choose now."
    )
}
