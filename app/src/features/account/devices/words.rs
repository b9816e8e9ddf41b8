//! The words on the page of the devices that are signed in.

use platform::message::Message;

/// The title of the page.
pub(super) const TITLE: &str = "Devices";
/// What the page is for.
pub(super) const LEAD: &str = "You are signed in here. Sign out what you do not know, then change your password.";
/// While the list is fetched.
pub(super) const LOADING: &str = "Fetching your devices …";
/// The device that shows the page.
pub(super) const THIS: &str = "This device";
/// Before the time of the sign-in.
pub(super) const BEGUN: &str = "Signed in ";
/// Before the time of the last use.
pub(super) const LAST_SEEN: &str = "Last seen ";
/// Before the time at which an app or script is signed out.
pub(super) const ENDS: &str = "Signed out by itself ";
/// The button of one device.
pub(super) const SIGN_OUT: &str = "Sign out";
/// The button of all others.
pub(super) const SIGN_OUT_OTHERS: &str = "Sign out every other device";
/// After the session of one device ended.
pub(crate) const SIGNED_OUT: Message = Message::new("device_signed_out", "That device is signed out.");
/// After the sessions of all other devices ended.
pub(crate) const OTHERS_SIGNED_OUT: Message = Message::new("others_signed_out", "Every other device is signed out.");

/// The network address of the last use, after its time.
pub(super) fn from(address: &str) -> String {
    format!(" from {address}")
}
