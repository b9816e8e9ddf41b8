//! Shows or hides by permission.

use crate::current_user::use_current_user;
use contract::Permission;
use leptos::prelude::*;

/// Shows its children to people whose roles permit it: `<Can permission=Permission::ReadUsers>…</Can>`.
///
/// This is the courtesy: each server function asks for the permission itself (`ssr::require`).
#[component]
pub fn Can(
    /// The permission.
    permission: Permission,
    children: ChildrenFn,
) -> impl IntoView {
    let user = use_current_user();
    let may = Memo::new(move |_| user.with(|user| user.as_ref().is_some_and(|user| user.may(permission))));
    move || may.get().then(|| children())
}
