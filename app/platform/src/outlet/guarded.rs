//! The guard of a page in the browser.

use crate::auth_client;
use crate::components::NextMessage;
use crate::current_user::use_current_user;
use crate::erased::whole;
use crate::guard::belongs_elsewhere;
use crate::navigation::use_go;
use crate::site::{Audience, Page, site};
use leptos::prelude::*;
use leptos_router::hooks::use_url;

/// Shows `page` while the person belongs to its audience; otherwise leads them to where they belong. A signed-in person
/// without its permission is told so.
///
/// This is the courtesy for navigation inside the browser. What protects a page is the server: its middleware
/// redirects, and each server function asks for the session itself.
///
/// A page for the signed-out stays until the next one takes its place. One for the signed-in is emptied at once.
pub(super) fn guarded(page: &'static Page) -> AnyView {
    let audience = page.audience;
    let user = use_current_user();
    let is_signed_in = Memo::new(move |_| user.with(Option::is_some));
    let is_permitted = Memo::new(move |_| user.with(|user| page.is_permitted_to(user.as_ref())));
    let (url, go) = (use_url(), use_go());
    let next_message = NextMessage::get();
    Effect::new(move |was_signed_in: Option<bool>| {
        let is_signed_in = is_signed_in.get();
        let elsewhere = url.with_untracked(|url| belongs_elsewhere(audience, is_signed_in, url));
        if let Some(elsewhere) = elsewhere {
            if audience == Audience::SignedIn && was_signed_in == Some(true) && !auth_client::is_leaving() {
                next_message.say(site().messages.session_ended);
            }
            if audience == Audience::SignedOut
                && let Some(main) = document().get_element_by_id("main")
            {
                // It stays to be seen, and not to be used a second time.
                let _ = main.set_attribute("inert", "");
            }
            go(url.with_untracked(|url| url.path().to_owned()).as_str(), &elsewhere);
        } else if audience == Audience::SignedOut
            && was_signed_in == Some(true)
            && let Some(main) = document().get_element_by_id("main")
        {
            // The session ended before the next page was there: this one is used again.
            let _ = main.remove_attribute("inert");
        }
        is_signed_in
    });
    whole(move || {
        if audience == Audience::SignedIn && !is_signed_in.get() {
            whole(Emptied())
        } else if is_permitted.get() {
            (page.view)()
        } else {
            (site().forbidden)()
        }
    })
}

/// The notice in place of a page whose session has ended, until the next page is there.
#[component]
fn Emptied() -> impl IntoView {
    view! { <main class="page" id="main" tabindex="-1"><p class="lead">{site().words.no_longer_signed_in}</p></main> }
}
