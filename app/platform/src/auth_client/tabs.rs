//! Other tabs, and this one when it comes back: hints that who is signed in may have changed.
//!
//! A hint never carries anything but the wish to look again. A tab that receives it asks the server.

use super::{AuthClient, Me, Post, departure, expiry, is_leaving, network, sending, with_tab};
use crate::error::AppError;
use leptos::ev;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use std::cell::{Cell, OnceCell};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "latchkey-session";
/// The class on `<html>` that hides a page until the server has said whose it is.
const ASKING: &str = "asking";

/// An event in another tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// A person signed in.
    Began,
    /// The person signed out.
    Ended,
}

impl Hint {
    fn word(self) -> &'static str {
        match self {
            Self::Began => "began",
            Self::Ended => "ended",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Began, Self::Ended].into_iter().find(|hint| hint.word() == word)
    }
}

thread_local! {
    static OTHERS: OnceCell<BroadcastChannel> = const { OnceCell::new() };
    /// Whether a hint came that has not been followed.
    static IS_STALE: Cell<bool> = const { Cell::new(false) };
    static IS_LOOKING: Cell<bool> = const { Cell::new(false) };
}

/// Tells the other tabs.
pub(super) fn say(hint: Hint) {
    OTHERS.with(|others| {
        if let Some(others) = others.get() {
            let _ = others.post_message(&hint.word().into());
        }
    });
}

/// Listens to the other tabs, and for the moments when this one comes back.
pub(super) fn watch() {
    if let Ok(others) = BroadcastChannel::new(CHANNEL) {
        let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
            if let Some(hint) = event.data().as_string().as_deref().and_then(Hint::from_word) {
                heard(hint);
            }
        });
        others.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
        OTHERS.with(|slot| slot.set(others).ok());
    }
    let _ = document().add_event_listener_with_callback(
        "visibilitychange",
        Closure::<dyn Fn()>::new(|| {
            if document().hidden() {
                return;
            }
            expiry::hide_if_over();
            if IS_STALE.take() { look_again() } else { check() }
        })
        .into_js_value()
        .unchecked_ref(),
    );
    // A page in the back-forward cache keeps its memory, and with it what a person saw before they signed out.
    let _ = window_event_listener(ev::pagehide, |event| {
        if event.persisted() {
            hide();
        }
    });
    let _ = window_event_listener(ev::pageshow, |event| {
        if event.persisted() {
            departure::cancel();
        }
        // After a sign-out the cookie that is still there must not sign the person in again.
        if event.persisted() && !is_leaving() { look_again() } else { show() }
    });
}

fn heard(hint: Hint) {
    let is_signed_in = with_tab(|tab| tab.session().is_some()).unwrap_or_default();
    if hint == Hint::Ended && !is_signed_in {
        return;
    }
    if is_signed_in && (hint == Hint::Ended || document().hidden()) {
        hide();
    }
    ask();
}

/// Hides the page until the server has said whose it is.
pub(super) fn hide_and_ask() {
    hide();
    ask();
}

/// Asks who is signed in, or remembers to: a hidden tab is not used, so it does not refresh.
fn ask() {
    if document().hidden() {
        IS_STALE.set(true);
    } else {
        look_again();
    }
}

/// Asks the server who is signed in, by a renewal that is sent after this call; its answer changes the page.
fn look_again() {
    IS_STALE.set(true);
    if IS_LOOKING.replace(true) {
        return;
    }
    spawn_local(async {
        while IS_STALE.take() {
            look().await;
        }
        IS_LOOKING.set(false);
    });
}

async fn look() {
    match sending::renewed_afresh().await {
        // The reload that this brings shows the page again.
        Err(AppError::SessionChanged) => {}
        Ok(()) | Err(AppError::Unauthenticated) => show(),
        // The owner of a hidden page is unknown. Its typed text waits with it; a reload would lose that.
        Err(error) if is_hidden() && network::is_passing(&error) => {
            network::pause(network::FIRST_PAUSE).await;
            IS_STALE.set(true);
        }
        // The server's own page will say what is wrong.
        Err(_) if is_hidden() => reload(),
        Err(_) => {}
    }
}

/// Asks whether the session of this tab still stands: no hint comes of what another device has ended. The client acts
/// on the answer by itself.
fn check() {
    if with_tab(|tab| tab.session().is_some()).unwrap_or_default() {
        spawn_local(async {
            let _ = AuthClient::post(Me::PATH, String::new()).await;
        });
    }
}

/// Loads the document anew, for the person who is signed in by now.
pub(super) fn reload() {
    let _ = window().location().reload();
}

fn hide() {
    if let Some(html) = document().document_element() {
        let _ = html.class_list().add_1(ASKING);
    }
}

fn show() {
    if let Some(html) = document().document_element() {
        let _ = html.class_list().remove_1(ASKING);
    }
}

fn is_hidden() -> bool {
    document().document_element().is_some_and(|html| html.class_list().contains(ASKING))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_hints() {
        assert_eq!(Hint::from_word("began"), Some(Hint::Began));
        assert_eq!(Hint::from_word("ended"), Some(Hint::Ended));
        assert_eq!(Hint::from_word("eyJhbGciOi"), None);
    }
}
