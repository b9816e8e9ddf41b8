//! The words on the pages that create an account.

/// The text that search engines show.
pub(super) const DESCRIPTION: &str =
    "Create an account on {PRODUCT} with your email address and a password. It takes a minute.";
/// The title of the page, and the button of its form.
pub(super) const TITLE: &str = "Create account";
/// On the door.
pub(super) const DOOR: &str = "Good to have you here.";
/// Before the link to the page that signs a person in.
pub(super) const HAS_ACCOUNT: &str = "Already have one? ";
/// Leads to that page.
pub(super) const SIGN_IN: &str = "Sign in";

/// The title of the page that follows where an address has to be confirmed first.
pub(super) const SENT_TITLE: &str = "Check your mail";
/// On its door.
pub(super) const SENT_DOOR: &str = "Almost there.";
/// What happens next.
pub(super) const SENT_LEAD: &str =
    "A mail with a link is on its way to you. Follow it to confirm your address, then sign in.";
/// Around the link to the page that signs a person in.
pub(super) const SENT_AGAIN: [&str; 2] =
    ["Nothing there? Look among the spam. ", " with your password, and we send another."];
