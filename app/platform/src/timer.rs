//! Waiting in the browser.

use futures::channel::oneshot;
use leptos::prelude::*;
use std::time::Duration;

/// Resolves after `duration`, in a task of the browser's own: all that was ready before has run by then.
pub async fn sleep(duration: Duration) {
    let (done, over) = oneshot::channel::<()>();
    set_timeout(move || drop(done), duration);
    let _ = over.await;
}
