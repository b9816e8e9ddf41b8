//! Whether the server can be reached, and how long to wait for it.

use super::with_tab;
use crate::error::AppError;
use futures::channel::oneshot;
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

/// The first pause after a renewal found no network; each next one is twice as long.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// How many pauses there are: 0.5 + 1 + 2 + 4 + 8 s.
const PAUSES: u32 = 5;
/// How often a request that waits for the network looks again.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long a request waits for a browser that says it is offline.
const WAIT_AT_MOST: Duration = Duration::from_secs(20);

/// Keeps `unreachable` up to date with what the browser says.
pub(super) fn watch(unreachable: RwSignal<bool>) {
    unreachable.set(!is_online());
    let _ = window_event_listener(ev::offline, move |_| unreachable.set(true));
    let _ = window_event_listener(ev::online, move |_| unreachable.set(false));
}

/// Waits until the browser is online.
///
/// # Errors
///
/// [`AppError::Offline`] if that takes too long.
pub(super) async fn back() -> Result<(), AppError> {
    let mut waited = Duration::ZERO;
    while !is_online() {
        if waited >= WAIT_AT_MOST {
            return Err(AppError::Offline);
        }
        sleep(LOOK_EVERY).await;
        waited += LOOK_EVERY;
    }
    Ok(())
}

/// Whether trying again may help: the network or the server is away, and nobody was refused anything.
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
    tell(!is_online() || matches!(error, AppError::Offline | AppError::Unreadable));
}

/// Nothing waits any longer: what the browser says is all that is known.
pub(super) fn settled() {
    tell(!is_online());
}

/// Lets `pause` go by.
pub(super) async fn sleep(pause: Duration) {
    let (done, over) = oneshot::channel::<()>();
    set_timeout(move || drop(done), pause);
    let _ = over.await;
}

fn tell(is_unreachable: bool) {
    if let Some(unreachable) = with_tab(|tab| tab.unreachable)
        && unreachable.get_untracked() != is_unreachable
    {
        unreachable.set(is_unreachable);
    }
}

/// What the browser says; it may be online and the server still out of reach.
pub(super) fn is_online() -> bool {
    window().navigator().on_line()
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
