//! The code that only a signed-in person needs, on every page. It is loaded before a page of theirs hydrates, and before
//! a request is sent whose answer may begin a session.

use crate::site::{SignedInCode, site};
use crate::wire::CurrentUser;

/// Loads the part, unless it is there. `false` where it cannot be had.
pub async fn load() -> bool {
    (site().signed_in.load)().await
}

/// Returns the code, where it is there.
pub fn code() -> Option<SignedInCode> {
    (site().signed_in.code)()
}

/// Reads the user from a document that was rendered for them.
pub fn read_user(json: &str) -> Option<CurrentUser> {
    (code()?.read_user)(json)
}
