//! The rule for new passwords, as forms tell it.

use crate::from_server::password_min_length;
use crate::site::site;
use leptos::prelude::*;

/// The least number of characters of a password, as the server is configured.
#[derive(Clone, Copy)]
struct PasswordMinLength(usize);

/// Puts what forms say about new passwords into context, from the first document: the browser has no configuration of
/// its own.
pub fn provide_password_rule() {
    provide_context(PasswordMinLength(SharedValue::new_str(password_min_length).into_inner()));
}

/// Returns the hint beside the field of a new password.
pub fn password_hint() -> String {
    let PasswordMinLength(least) = expect_context();
    (site().words.password_hint)(least)
}
