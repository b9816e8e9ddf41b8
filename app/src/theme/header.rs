//! What stands above every page.

use crate::PRODUCT;
use crate::auth_client;
use crate::components::{Form, FormAction, SubmitButton};
use crate::current_user::use_current_user;
use crate::features::sign_in::LogOut;
use crate::signed_in;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

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
            {signed_in::header()}
        </header>
    }
}

/// Who is signed in, their pages and the way out.
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
        <nav class="site-nav" aria-label="Main">
            <NavLink href="/notes" words="Notes"/>
            <NavLink href="/account" words="Account"/>
        </nav>
        {move || person.get().map(|(name, email, _)| view! {
            <div class="whoami">
                <span class="whoami-email" title=email.clone()>{name.unwrap_or_else(|| email.clone())}</span>
                <SignOut/>
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

/// The form that ends the session.
#[component]
fn SignOut() -> impl IntoView {
    let action = FormAction::new::<LogOut>(auth_client::signed_out);
    Effect::new(move |_| {
        if action.is_pending() {
            let forget_if_slow = move || {
                if untrack(move || action.is_pending()) {
                    auth_client::forget_person();
                }
            };
            set_timeout(forget_if_slow, auth_client::SIGN_OUT_PATIENCE);
        }
    });
    view! {
        <Form action class="whoami-form">
            <SubmitButton action class="button button-quiet" words="Sign out"/>
        </Form>
    }
}

/// Says that the network is away, while it is.
#[component]
pub(crate) fn OfflineBanner(
    /// Whether it is.
    #[prop(into)]
    shown: Signal<bool>,
    /// Whether the person has signed out, and the server does not know it yet.
    #[prop(into)]
    leaving: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="offline" role="status">
            <Show when=move || leaving.get()>
                <p class="offline-words">
                    "This page has signed you out. The server has not answered yet, so your session has not ended: keep this page open, that is done as soon as the server can be reached."
                </p>
            </Show>
            <Show when=move || shown.get() && !leaving.get()>
                <p class="offline-words">"You are offline. What you type stays here until the network is back."</p>
            </Show>
        </div>
    }
}
