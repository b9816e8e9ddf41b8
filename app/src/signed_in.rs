//! What only somebody who is signed in sees, on whichever page: a part of the WebAssembly of its own.
//!
//! It is there before a page of theirs comes alive, and before anything is sent whose answer may begin a session.

use crate::components::whole;
use crate::current_user::use_current_user;
use crate::features::account::ReauthenticationPanel;
use crate::features::verification::VerificationBanner;
use crate::lazy::in_part;
use crate::theme::Whoami;
use crate::wire::CurrentUser;
use futures::FutureExt;
use leptos::prelude::*;

/// The part's name.
pub(crate) const PART: &str = "signed_in";

/// What is in the part. What is named to the linker has to be loaded one by one, so that is all of it at once.
struct Code {
    whoami: fn() -> AnyView,
    banner: fn() -> AnyView,
    panel: fn() -> AnyView,
    read_user: fn(&str) -> Option<CurrentUser>,
}

in_part!(
    signed_in loaded by load_code,
    fn code() -> Code {
        Code {
            whoami: || whole(Whoami()),
            banner: || whole(VerificationBanner()),
            panel: || whole(ReauthenticationPanel()),
            read_user: |json| serde_json::from_slice(json.as_bytes()).ok(),
        }
    }
);

/// Loads the part, unless it is there. `false` where it cannot be had.
pub(crate) async fn load() -> bool {
    load_code().await.is_ok()
}

/// The part, where it is there.
fn there() -> Option<Code> {
    code().now_or_never()?.ok()
}

/// Who is signed in, read from a page of theirs.
pub(crate) fn read_user(json: &str) -> Option<CurrentUser> {
    (there()?.read_user)(json)
}

/// What stands in the header.
pub(crate) fn header() -> impl IntoView {
    while_signed_in(|code| code.whoami)
}

/// What stands above the page.
pub(crate) fn banner() -> impl IntoView {
    while_signed_in(|code| code.banner)
}

/// What stands before the page, where it is asked for.
pub(crate) fn panel() -> impl IntoView {
    while_signed_in(|code| code.panel)
}

fn while_signed_in(view: fn(Code) -> fn() -> AnyView) -> impl IntoView {
    let user = use_current_user();
    let is_signed_in = Memo::new(move |_| user.with(Option::is_some));
    move || is_signed_in.get().then(there).flatten().map(|code| view(code)())
}
