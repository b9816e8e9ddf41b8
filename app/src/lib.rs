//! What a person sees: pages, components and the server functions they call.
//!
//! Compiled twice: with the feature `ssr` into the server, with `hydrate` into WebAssembly.

#![allow(unreachable_pub, reason = "what `#[component]` writes is `pub` in a private module, too")]

pub mod account;
pub mod auth_client;
pub mod components;
mod current_user;
mod drafts;
pub mod error;
pub mod guard;
mod home;
mod hydration;
pub mod message;
mod not_found;
pub mod notes;
mod rendered;
mod shell;
pub mod sign_in;
pub mod sign_up;
#[cfg(feature = "ssr")]
pub mod ssr;
pub mod wire;

use account::AccountPage;
use components::{Header, NextMessage, OfflineBanner, whole};
use current_user::{provide_current_user, use_current_user};
use drafts::provide_drafts;
use guard::{Audience, HOME_SIGNED_IN, login_path, next_in, same_site_path};
use home::HomePage;
use hydration::provide_hydration;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{NavigateOptions, SsrMode, path};
use message::Message;
use not_found::NotFoundPage;
use notes::NotesPage;
pub use shell::{Assets, shell};
use sign_in::SignInPage;
use sign_up::{SignUpPage, provide_password_rule};
use std::time::Duration;

/// The product's name, wherever a person reads it. A fork changes it here.
pub const PRODUCT: &str = "Latchkey";

/// One table makes both: the routes, and what the server's middleware reads to redirect.
macro_rules! pages {
    ($($path:tt is for $audience:ident: $page:ident;)*) => {
        /// Every page's path, and for whom it is.
        pub const PAGES: &[(&str, Audience)] = &[$(($path, Audience::$audience)),*];

        /// The routes. All are rendered whole: out-of-order streaming shows nothing where JavaScript is off.
        #[component]
        fn Pages() -> impl IntoView {
            view! {
                <FlatRoutes fallback=|| whole(NotFoundPage())>
                    $(<Route path=path!($path) view=|| guarded(Audience::$audience, || whole($page())) ssr=SsrMode::Async/>)*
                </FlatRoutes>
            }
        }
    };
}

pages! {
    "/" is for Everyone: HomePage;
    "/signup" is for SignedOut: SignUpPage;
    "/login" is for SignedOut: SignInPage;
    "/account" is for SignedIn: AccountPage;
    "/notes" is for SignedIn: NotesPage;
}

/// The app, from the first element of `<body>` to the last.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_hydration();
    let user = provide_current_user();
    provide_drafts(user);
    provide_password_rule();
    NextMessage::provide();
    let unreachable = RwSignal::new(false);
    Effect::new(move |_| auth_client::start(user, unreachable));
    view! {
        <Router>
            <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
            <Header/>
            <OfflineBanner shown=unreachable/>
            <Pages/>
            <footer class="site-footer">
                <p>{PRODUCT} ", a starter whose accounts are already right."</p>
            </footer>
        </Router>
    }
}

/// `page`, while the person belongs to its `audience`; otherwise the way to where they belong.
///
/// This is the courtesy for navigation inside the browser. What protects a page is the server: its middleware
/// redirects, and each server function asks for the session itself.
fn guarded(audience: Audience, page: fn() -> AnyView) -> AnyView {
    let user = use_current_user();
    let welcome = Memo::new(move |_| match audience {
        Audience::Everyone => true,
        Audience::SignedOut => user.with(Option::is_none),
        Audience::SignedIn => user.with(Option::is_some),
    });
    let (location, navigate) = (use_location(), use_navigate());
    let next_message = NextMessage::get();
    Effect::new(move |was_welcome: Option<bool>| {
        if welcome.get() {
            return true;
        }
        let elsewhere = if audience == Audience::SignedOut {
            let next = location.search.with_untracked(|query| next_in(query));
            next.as_deref().and_then(same_site_path).unwrap_or(HOME_SIGNED_IN).to_owned()
        } else {
            if was_welcome == Some(true) {
                next_message.say(Message::SessionEnded);
            }
            let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
            login_path(&if search.is_empty() { path } else { format!("{path}?{search}") })
        };
        let navigate = navigate.clone();
        // The router writes the address of this page into the history after its first effects have run; only then
        // is there an entry to replace.
        set_timeout(
            move || navigate(&elsewhere, NavigateOptions { replace: true, ..NavigateOptions::default() }),
            Duration::ZERO,
        );
        false
    });
    whole(move || welcome.get().then(page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::server_fn::ServerFn;

    #[test]
    fn endpoints_have_the_names_that_clients_know() {
        assert_eq!(sign_up::SignUp::PATH, "/api/auth/signup");
        assert_eq!(sign_in::LogIn::PATH, "/api/auth/login");
        assert_eq!(sign_in::LogOut::PATH, "/api/auth/logout");
        assert_eq!(sign_in::Refresh::PATH, "/api/auth/refresh");
        assert_eq!(account::Me::PATH, "/api/auth/me");
        assert_eq!(notes::ListNotes::PATH, "/api/notes/list");
        assert_eq!(notes::AddNote::PATH, "/api/notes/add");
        assert_eq!(notes::EditNote::PATH, "/api/notes/edit");
        assert_eq!(notes::DeleteNote::PATH, "/api/notes/delete");
    }
}
