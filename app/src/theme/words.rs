//! The words round every page.

use platform::message::{Message, Messages};
use platform::words::Words;

/// Leads a keyboard past the header.
pub(crate) const SKIP: &str = "Skip to content";
/// At the foot of every page, after the product's name.
pub(crate) const FOOTER: &str = ", a starter whose accounts are already right.";
/// The name of the navigation in the header.
pub(super) const NAVIGATION: &str = "Main";
/// The button in the header.
pub(super) const SIGN_OUT: &str = "Sign out";
/// The title of the page for every address that has none.
pub(super) const NOT_FOUND_TITLE: &str = "Page not found";
/// What that means.
pub(super) const NOT_FOUND_LEAD: &str = "There is nothing at this address.";
/// The title of what stands in the place of a page that the person may not see.
pub(super) const FORBIDDEN_TITLE: &str = "Not permitted";
/// What that means.
pub(super) const FORBIDDEN_LEAD: &str = "Your account does not permit this page. An administrator can change that.";
/// Leads away from that.
pub(super) const TO_ACCOUNT: &str = "Your account";
/// Leads away from there.
pub(super) const BACK: &str = "Back to the start";
/// While the network is away.
pub(super) const OFFLINE: &str = "You are offline. What you type stays here until the network is back.";
/// While the network is away and the person has signed out.
pub(super) const OFFLINE_LEAVING: &str = "This page has signed you out. The server has not answered yet, so your \
     session has not ended: keep this page open, that is done as soon as the server can be reached.";

/// What the platform says after a redirect.
pub(crate) const MESSAGES: Messages = Messages {
    signed_out: Message::new("signed_out", "You have signed out."),
    session_not_ended: Message::new(
        "session_not_ended",
        "This browser has signed you out, but the server could not end your session. It ends by itself when it is not \
         used. To end it now, sign in again and sign it out on the page Devices.",
    ),
    cookie_not_kept: Message::new(
        "cookie_not_kept",
        "Your browser did not keep the cookie that signs you in. Allow cookies for this site, then sign in again.",
    ),
    session_ended: Message::new("session_ended", "Your session has ended. Sign in to go on."),
};

/// On the components of the platform.
pub(crate) const COMPONENTS: Words = Words {
    email: "Email",
    password_hint: |least| format!("At least {least} characters. A few words in a row are good."),
    save: "Save",
    cancel: "Cancel",
    save_or_cancel: "Save replaces it with your text. Cancel keeps it.",
    edit: "Edit",
    delete: "Delete",
    loading: "Loading the page …",
    try_again: "Try again",
    no_longer_signed_in: "You are no longer signed in.",
};
