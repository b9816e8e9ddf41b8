//! The words on the pages that replace a forgotten password, and on that of an invitation.

use platform::message::Message;

/// The text that search engines show.
pub(super) const DESCRIPTION: &str =
    "Forgot your password for {PRODUCT}? Enter your email address and receive a link to choose a new one.";
/// The title of the page that asks for an address.
pub(super) const FORGOT_TITLE: &str = "Forgot your password?";
/// On its door.
pub(super) const FORGOT_DOOR: &str = "That happens to everyone.";
/// What happens next.
pub(super) const FORGOT_LEAD: &str = "Tell us your address, and we send you a link by which you choose a new one.";
/// The button of its form.
pub(super) const SEND: &str = "Send a link";
/// Before the link to the page that signs a person in.
pub(super) const REMEMBERED: &str = "Remembered it? ";
/// Leads to that page.
pub(super) const SIGN_IN: &str = "Sign in";

/// The title of the page that follows.
pub(super) const SENT_TITLE: &str = "Check your mail";
/// On its door.
pub(super) const SENT_DOOR: &str = "Help is on its way.";
/// Whether the address has an account or not.
pub(super) const SENT_LEAD: &str =
    "If that address has an account, a mail with a link is on its way to it. The link works for ten minutes.";
/// Around the link to the page before, and on it.
pub(super) const SENT_AGAIN: [&str; 3] = ["Nothing there? Look among the spam, or ", "ask for another", "."];

/// The title of the page of a link that replaces the password.
pub(super) const RESET_TITLE: &str = "Choose a new password";
/// On its door.
pub(super) const RESET_DOOR: &str = "Almost back in.";
/// The field of the password.
pub(super) const NEW_PASSWORD: &str = "New password";
/// The button of its form.
pub(super) const RESET: &str = "Set new password";
/// Leads to another link.
pub(super) const ANOTHER_LINK: &str = "Ask for a new link";

/// The title of the page of an invitation.
pub(super) const INVITED_TITLE: &str = "You are invited";
/// On its door.
pub(super) const INVITED_DOOR: &str = "Welcome.";
/// The field of the first password.
pub(super) const PASSWORD: &str = "Password";
/// The button of its form.
pub(super) const ACCEPT: &str = "Accept the invitation";
/// Where the invitation does not work.
pub(super) const ANOTHER_INVITATION: &str = "If you have chosen a password already, sign in with it. If not, ask for \
     a new invitation where this one came from.";
/// After a new password was chosen by a mailed link.
pub(super) const PASSWORD_RESET: Message = Message::new("password_reset", "Your new password is set. Sign in with it.")
    .or_to_another("The new password is set. It is that of another account than yours, which stays as it is.");
/// After an invitation was accepted.
pub(super) const INVITATION_ACCEPTED: Message =
    Message::new("invitation_accepted", "Your password is set. Sign in with it.")
        .or_to_another("The new password is set. It is that of another account than yours, which stays as it is.");

/// Says whose password is replaced.
pub(super) fn reset_lead(address: &str) -> String {
    format!("It is for {address}. Every device that is signed in to it will be signed out.")
}

/// Says whom an invitation is for.
pub(super) fn invited_lead(product: &str, address: &str) -> String {
    format!(
        "This invitation opens an account at {product} for {address}. Choose the password that you will sign in with."
    )
}
