//! A sign-out that the server does not answer: the page is emptied at once, and the session ended once that is
//! possible.
//!
//! No script can clear the refresh cookie, so the session stands until the server is asked again.

use super::tabs::{self, Hint};
use super::{LogOut, Post, SessionClient, Tab, departure, end, network, with_tab};
use crate::error::AppError;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// How long a sign-out may take before the page is emptied without its answer.
pub const SIGN_OUT_PATIENCE: Duration = Duration::from_secs(2);

/// How long this waits between two tries once the growing pauses are over.
const LONG_PAUSE: Duration = Duration::from_secs(8);

/// The answer to a sign-out. The person is signed out on this page in any case, but where it was another person's or
/// the request was refused; that is the error to show.
///
/// # Errors
///
/// Those two.
pub fn signed_out(answer: Result<(), AppError>) -> Result<(), AppError> {
    match answer {
        // In trouble the server has cleared the cookie, and the next document says what is left to do.
        Ok(()) | Err(AppError::Unavailable | AppError::Internal { .. }) => end(),
        Err(AppError::Offline | AppError::Unreadable) => {
            forget_person();
            spawn_local(ask_until_answered());
        }
        Err(error) => {
            departure::cancel();
            return Err(error);
        }
    }
    Ok(())
}

/// Forgets the token and empties the page and its sisters in other tabs, while the server has not answered.
pub fn forget_person() {
    let signals = with_tab(|tab| {
        if let Some(session) = tab.session() {
            tab.unended = Some(session);
        }
        tab.forget();
        (tab.user, tab.leaving)
    });
    departure::cancel();
    // Set outside the borrow: what depends on the user may ask for the tab again.
    if let Some((user, leaving)) = signals {
        leaving.set(true);
        user.set(None);
        tabs::say(Hint::Ended);
    }
}

/// Whether the person has signed out, and the server does not know it yet.
pub fn is_leaving() -> bool {
    with_tab(|tab| tab.unended.is_some()).unwrap_or_default()
}

/// Asks again and again, unless a person signs in meanwhile.
async fn ask_until_answered() {
    let pauses = network::growing_pauses().chain(std::iter::repeat(LONG_PAUSE));
    for pause in pauses {
        network::pause(pause).await;
        if !is_leaving() {
            return;
        }
        match SessionClient::post(LogOut::PATH, String::new()).await {
            Err(AppError::Offline | AppError::Unreadable) => {}
            // The page is loaded anew, for the person who has signed in by now.
            Err(AppError::SessionChanged) => return,
            _ if is_leaving() => return end(),
            _ => return,
        }
    }
}

impl Tab {
    /// The session that a request is made for: that of the page, or the one that is still to be ended.
    pub(super) fn acting_session(&self) -> Option<String> {
        self.session().or_else(|| self.unended.clone())
    }

    /// A session has begun: the one before is no longer this page's to end.
    pub(super) fn stay(&mut self) -> RwSignal<bool> {
        self.unended = None;
        self.leaving
    }
}
