//! Requests that wait while a sign-out is under way, and until the next document has taken this one's place.
//!
//! Their session has ended, or is about to. A request sent now would be refused, and the refusal would lead the page
//! elsewhere before the new document is there.

use crate::timer::sleep;
use futures::channel::oneshot;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// How long requests wait for the next document. A person can stop its loading, and this page must work again then.
pub(super) const DOCUMENT_PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    /// The requests that wait; `None` while the page stays. Dropping a sender releases its request.
    static WAITING: RefCell<Option<Vec<oneshot::Sender<()>>>> = const { RefCell::new(None) };
    /// Goes up with each departure, so that the time limit of an earlier one does not end it.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

/// Makes requests wait from now on, for `at_most` or until [`cancel`]. Those that wait already go on waiting.
pub(super) fn begin(at_most: Duration) {
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    WAITING.with_borrow_mut(|waiting| {
        waiting.get_or_insert_default();
    });
    spawn_local(async move {
        sleep(at_most).await;
        if TURN.get() == turn {
            cancel();
        }
    });
}

/// Releases the requests that wait: the page stays.
pub(super) fn cancel() {
    drop(WAITING.take());
}

/// Whether the page is about to be left.
pub(super) fn is_under_way() -> bool {
    WAITING.with_borrow(Option::is_some)
}

/// Waits while the page is about to be left.
pub(super) async fn cancelled() {
    let cancelled = WAITING.with_borrow_mut(|waiting| {
        let (release, released) = oneshot::channel();
        waiting.as_mut()?.push(release);
        Some(released)
    });
    if let Some(cancelled) = cancelled {
        let _ = cancelled.await;
    }
}
