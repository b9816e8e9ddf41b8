//! Where the page stands, and navigation inside the browser.
//!
//! A page stays until the next one is complete: its code is loaded and its data is there. Then the address, the title,
//! the focus and the scroll position change together. Leptos's own `FlatRoutes` does so for code only, ends the page
//! that is still shown when two navigations overlap, and panics where hydration begins without the code.

use crate::Page;
use crate::guard::path_of;
use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationProvider};

#[cfg(not(feature = "ssr"))]
pub(crate) use in_the_browser::{Awaited, Pages, is_shown};
#[cfg(feature = "ssr")]
pub(crate) use on_the_server::{Awaited, is_shown};

#[cfg(not(feature = "ssr"))]
use in_the_browser::watch_traversals;
#[cfg(feature = "ssr")]
use on_the_server::watch_traversals;

/// What is known of navigation outside the page, in context.
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    /// Whether a page is being prepared.
    is_loading: RwSignal<bool>,
    /// The navigation that the app itself has begun: its address, and whether it replaces the entry in the history.
    begun: StoredValue<Option<(String, bool)>>,
}

impl Navigation {
    /// Puts it into context, before the router is there.
    pub(crate) fn provide() -> Self {
        let navigation = Self { is_loading: RwSignal::new(false), begun: StoredValue::new(None) };
        provide_context(navigation);
        watch_traversals();
        navigation
    }

    /// Whether a page is being prepared.
    pub(crate) fn is_loading(self) -> Signal<bool> {
        self.is_loading.into()
    }
}

/// Returns what leads from the page at a path, which is not for this person, to an address of this site. Where the
/// address bar shows that path, its entry in the history is replaced, so that the back button does not lead to it.
pub(crate) fn use_go() -> impl Fn(&str, &str) + Clone + Send + Sync {
    let (location, navigation) = (use_context::<BrowserUrl>(), expect_context::<Navigation>());
    move |from: &str, to: &str| {
        let page = BrowserUrl::parse(to).ok().filter(|_| Page::at(path_of(to)).is_some());
        if let (Some(location), Some(url)) = (&location, page) {
            let replace = window().location().pathname().is_ok_and(|path| path == from);
            navigation.begun.set_value(Some((to.to_owned(), replace)));
            location.as_url().set(url);
        } else {
            // Not a page of the app: a document, or a file.
            let _ = window().location().replace(to);
        }
    }
}

/// A document of the server's is shown once it is there, and Leptos itself waits for what is on it.
#[cfg(feature = "ssr")]
mod on_the_server {
    use leptos::prelude::Signal;

    pub(crate) struct Awaited;

    impl Awaited {
        pub(crate) fn of_page() -> Self {
            Self
        }

        #[expect(clippy::unused_self, reason = "as in the browser")]
        pub(crate) fn add<F>(&self, future: F) -> F {
            future
        }
    }

    pub(crate) fn is_shown() -> Signal<bool> {
        Signal::stored(true)
    }

    pub(super) fn watch_traversals() {}
}

#[cfg(not(feature = "ssr"))]
mod in_the_browser;
