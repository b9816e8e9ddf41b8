//! The words that the pages of all mailed links share.

/// While the link is being looked at.
pub(super) const LOADING: &str = "Looking at the link …";
/// Around the address of the person who is signed in, and that of the account that the link is about.
pub(super) const OTHER_ACCOUNT: [&str; 3] =
    ["You are signed in here as ", ". This link is about another account: ", ". Using it changes nothing for you."];

/// Says who is signed in, beside a link that does nothing.
pub(super) fn signed_in_as(address: &str) -> String {
    format!("You are signed in here as {address}.")
}
