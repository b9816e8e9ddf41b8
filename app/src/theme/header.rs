//! The header of every page.

use super::words;
use crate::PRODUCT;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use platform::components::{SignOut, while_signed_in};
use platform::current_user::use_current_user;
use platform::site::site;

/// The product's name and, for someone who is signed in, who that is, their pages and the way out.
#[component]
pub(crate) fn Header() -> impl IntoView {
    view! {
        <header class="site-header">
            <a class="brand" href="/">
                <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
                    <rect class="mark-plate" width="32" height="32" rx="8"></rect>
                    <path
                        class="mark-key"
                        d="M12.5 13.5a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5V26H24v-5M18.25 26v-3.5"
                    ></path>
                </svg>
                <span>{PRODUCT}</span>
            </a>
            {while_signed_in(|code| code.header)}
        </header>
    }
}

/// The name of the signed-in person, the navigation and the sign-out button.
#[component]
pub(crate) fn Whoami() -> impl IntoView {
    let user = use_current_user();
    // A renewal changes the session's times and nothing that stands here.
    let person = Memo::new(move |_| {
        user.with(|user| {
            let user = user.as_ref()?;
            Some((user.display_name.clone(), user.email.clone(), user.session.id.clone()))
        })
    });
    view! {
        <nav class="site-nav" aria-label=words::NAVIGATION>
            {site().navigation().map(|link| view! { <NavLink href=link.path words=link.words/> }).collect_view()}
        </nav>
        {move || person.get().map(|(name, email, _)| view! {
            <div class="whoami">
                <span class="whoami-email" title=email.clone()>{name.unwrap_or_else(|| email.clone())}</span>
                <SignOut class="whoami-form" button="button button-quiet" words=words::SIGN_OUT/>
            </div>
        })}
    }
}

#[component]
fn NavLink(href: &'static str, words: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || {
        path.with(|path| match path.strip_prefix(href)? {
            "" => Some("page"),
            // One of the pages of the section that the link leads to.
            rest => rest.starts_with('/').then_some("true"),
        })
    };
    view! { <a href=href aria-current=current>{words}</a> }
}
