//! The current user, as the page knows them.

use crate::from_server;
use crate::signed_in;
use crate::wire::CurrentUser;
use leptos::prelude::*;

/// The one signal in context; a type of its own, so that no other `RwSignal` can be taken for it.
#[derive(Clone, Copy)]
struct Current(RwSignal<Option<CurrentUser>>);

/// Puts the current user into context. The server writes what it knows into the page, so the first byte is right and
/// the browser begins with the same: a text, because only a signed-in person has the code that reads it.
pub fn provide_current_user() -> RwSignal<Option<CurrentUser>> {
    let json = SharedValue::new_str(from_server::current_user).into_inner();
    let user = RwSignal::new(if json.is_empty() { None } else { signed_in::read_user(&json) });
    provide_context(Current(user));
    user
}

/// The current user; `None` for someone who is signed out.
pub fn use_current_user() -> RwSignal<Option<CurrentUser>> {
    expect_context::<Current>().0
}

/// Reads a user from JSON.
pub fn parse(json: &str) -> Option<CurrentUser> {
    serde_json::from_slice(json.as_bytes()).ok()
}
