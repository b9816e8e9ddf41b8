//! The words on the page where a person downloads their data and deletes their account.

use platform::message::Message;

/// The title of the page.
pub(super) const TITLE: &str = "Your data";
/// The heading of the download.
pub(super) const DOWNLOAD_TITLE: &str = "Take it with you";
/// What the file holds.
pub(super) const DOWNLOAD_LEAD: &str = "One file with everything we keep about you: your account, your devices, your \
     mail, your activity and everything you have written here.";
/// The button of the download.
pub(super) const DOWNLOAD: &str = "Download my data";
/// The heading of the deletion.
pub(super) const DELETE_TITLE: &str = "Delete the account";
/// What a deletion does.
pub(super) const DELETE_LEAD: &str = "Your account, your devices and everything you have written here are gone at \
     once, and nobody can bring them back. It waits while a former address can still undo its change.";
/// The field of the address.
pub(super) const ADDRESS: &str = "Your address";
/// What to type there.
pub(super) const ADDRESS_HINT: &str = "Type the address of this account to confirm.";
/// The button of the deletion.
pub(super) const DELETE: &str = "Delete my account";
/// After the account was deleted.
pub(crate) const DELETED: Message = Message::new("account_deleted", "Your account is deleted.");
