//! Whether the server can be reached, and how long to wait for it.
//!
//! `navigator.onLine` is wrong on virtual machines and behind some VPNs, so it never keeps a request from being sent.
//! Only a failed request means offline. The browser's `offline` and `online` events are hints to look.

use super::with_tab;
use crate::error::AppError;
use crate::timer::sleep;
use futures::channel::oneshot;
use futures::future::select;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// The first pause after a request found no network; each next one is twice as long.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// How many pauses there are: 0.5 + 1 + 2 + 4 + 8 s.
const PAUSES: u32 = 5;
/// The longest pause between two probes while the server is out of reach.
const LONGEST_PAUSE: Duration = Duration::from_secs(16);
/// Answered without a look at the database, and for any host name.
const PROBE: &str = "/healthz";

thread_local! {
    /// Dropped at the browser's `online` event, which ends every pause.
    static PAUSED: RefCell<Vec<oneshot::Sender<()>>> = const { RefCell::new(Vec::new()) };
    static IS_PROBING: Cell<bool> = const { Cell::new(false) };
}

/// Probes the server whenever the browser hints that the network has changed.
pub(super) fn watch() {
    let _ = window_event_listener(ev::offline, |_| failed());
    let _ = window_event_listener(ev::online, |_| {
        PAUSED.take();
        failed();
    });
}

/// A request found no network, or the browser says so: probes the server until it answers, and shows meanwhile that it
/// does not.
pub(super) fn failed() {
    if IS_PROBING.replace(true) {
        return;
    }
    spawn_local(async {
        let mut wait = FIRST_PAUSE;
        while !is_reachable().await {
            tell(true);
            pause(wait).await;
            wait = LONGEST_PAUSE.min(wait * 2);
        }
        tell(false);
        IS_PROBING.set(false);
    });
}

/// Whether the server, or a proxy before it, answers at all.
pub(super) async fn is_reachable() -> bool {
    JsFuture::from(window().fetch_with_str(PROBE)).await.is_ok()
}

/// Repeats `attempt` while it finds no network, where repeating cannot do a thing twice: the browser had said before
/// the attempt that it was offline, so that nothing can have arrived.
pub(super) async fn patiently<T>(attempt: impl AsyncFn() -> Result<T, AppError>) -> Result<T, AppError> {
    let mut pauses = growing_pauses();
    loop {
        let says_offline = !window().navigator().on_line();
        let result = attempt().await;
        if !matches!(result, Err(AppError::Offline)) {
            return result;
        }
        failed();
        let Some(wait) = pauses.next().filter(|_| says_offline) else { return result };
        pause(wait).await;
    }
}

/// Whether trying again may help: the network or the server is away, and the request was not refused.
pub(super) fn is_passing(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Offline
            | AppError::Unreadable
            | AppError::Unavailable
            | AppError::RateLimited { .. }
            | AppError::Internal { .. }
    )
}

/// The pauses between tries.
pub(super) fn growing_pauses() -> impl Iterator<Item = Duration> {
    (0..PAUSES).map(|step| FIRST_PAUSE * 2_u32.pow(step))
}

/// A renewal waits because of `error`.
pub(super) fn waiting(error: &AppError) {
    match error {
        AppError::Offline => failed(),
        error => tell(matches!(error, AppError::Unreadable)),
    }
}

/// A renewal has ended with `result`. Only where it found no network the server may still be out of reach.
pub(super) fn settled(result: &Result<(), AppError>) {
    if !matches!(result, Err(AppError::Offline)) {
        tell(false);
    }
}

/// Lets `pause` go by, or less where the browser says that the network is back.
pub(super) async fn pause(pause: Duration) {
    let (ended, is_online) = oneshot::channel();
    PAUSED.with_borrow_mut(|paused| {
        paused.retain(|paused| !paused.is_canceled());
        paused.push(ended);
    });
    select(pin!(sleep(pause)), is_online).await;
}

fn tell(is_unreachable: bool) {
    if let Some(unreachable) = with_tab(|tab| tab.unreachable)
        && unreachable.get_untracked() != is_unreachable
    {
        unreachable.set(is_unreachable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<_> = growing_pauses().collect();
        assert!(pauses.windows(2).all(|pair| pair[1] == pair[0] * 2));
        assert!(pauses.iter().sum::<Duration>() < Duration::from_secs(30));
    }

    #[test]
    fn a_refusal_is_not_tried_again() {
        assert!(is_passing(&AppError::Offline));
        assert!(!is_passing(&AppError::Unauthenticated));
        assert!(!is_passing(&AppError::SessionChanged));
    }
}
