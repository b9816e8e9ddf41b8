//! Navigation inside the browser, as the whole page knows it.

use crate::IS_SERVER;
use crate::guard::path_of;
use crate::site::Page;
use leptos::ev;
use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationProvider};
use std::cell::Cell;

thread_local! {
    /// Whether the last navigation was by the browser's back or forward button.
    static IS_TRAVERSAL: Cell<bool> = const { Cell::new(false) };
}

/// The navigation under way, in context.
#[derive(Clone, Copy)]
pub struct Navigation {
    /// Whether a page is being prepared.
    pub(crate) is_loading: RwSignal<bool>,
    /// The navigation that the app itself has begun: its address, and whether it replaces the entry in the history.
    pub(crate) begun: StoredValue<Option<(String, bool)>>,
}

impl Navigation {
    /// Puts it into context, before the router is there.
    pub fn provide() -> Self {
        let navigation = Self { is_loading: RwSignal::new(false), begun: StoredValue::new(None) };
        provide_context(navigation);
        if !IS_SERVER {
            // The router hears of it after this.
            let _ = window_event_listener(ev::popstate, |_| IS_TRAVERSAL.set(true));
        }
        navigation
    }

    /// Whether a page is being prepared.
    pub fn is_loading(self) -> Signal<bool> {
        self.is_loading.into()
    }
}

/// Returns a function that leads from the page at a path, which is not for this person, to an address of this site. Where
/// the address bar shows that path, its entry in the history is replaced, so that the back button does not lead to it.
pub fn use_go() -> impl Fn(&str, &str) + Clone + Send + Sync {
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

/// Returns whether the navigation was by the back or forward button, once.
pub fn take_traversal() -> bool {
    IS_TRAVERSAL.take()
}
