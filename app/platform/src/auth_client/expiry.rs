//! The end of a session that is not used: the page hides itself by its own clock, and asks whether that is so.

use super::tabs;
use crate::timer::sleep;
use crate::wire::CurrentUser;
use leptos::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// The longest time between two looks at the clock. Timers stand still while a computer sleeps, the wall clock does not.
const LOOK_EVERY: Duration = Duration::from_secs(10);

thread_local! {
    /// When the session of this page ends, in milliseconds of the browser's wall clock.
    static ENDS_AT: Cell<f64> = const { Cell::new(f64::INFINITY) };
}

/// Follows the end of `user`'s session from now on.
pub(super) fn watch(user: RwSignal<Option<CurrentUser>>) {
    Effect::new(move |_| {
        let expires_in = user.with(|user| user.as_ref().map(|user| user.session.expires_in));
        ENDS_AT.set(ends_at(js_sys::Date::now(), expires_in));
    });
    spawn_local(async {
        loop {
            sleep(until_next_look(js_sys::Date::now(), ENDS_AT.get())).await;
            hide_if_over();
        }
    });
}

/// Hides the page where its session should have ended by now; the server has the last word.
pub(super) fn hide_if_over() {
    if js_sys::Date::now() >= ENDS_AT.get() {
        ENDS_AT.set(f64::INFINITY);
        tabs::hide_and_ask();
    }
}

#[expect(clippy::cast_precision_loss, reason = "a session's life is far below 2^53 ms")]
fn ends_at(now: f64, expires_in: Option<i64>) -> f64 {
    expires_in.map_or(f64::INFINITY, |expires_in| now + expires_in as f64)
}

fn until_next_look(now: f64, ends_at: f64) -> Duration {
    let left = Duration::try_from_secs_f64((ends_at - now) / 1_000.0).unwrap_or(LOOK_EVERY);
    left.clamp(Duration::from_millis(50), LOOK_EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_looked_at_when_the_session_ends_and_often_enough_before() {
        assert_eq!(until_next_look(1_000.0, 4_000.0), Duration::from_secs(3));
        assert_eq!(until_next_look(1_000.0, 1e12), LOOK_EVERY);
        assert_eq!(until_next_look(1_000.0, f64::INFINITY), LOOK_EVERY, "nobody is signed in");
        assert_eq!(until_next_look(5_000.0, 4_999.9), LOOK_EVERY, "it was over, and is being asked about");
        assert_eq!(until_next_look(1_000.0, 1_000.01), Duration::from_millis(50));
    }

    #[test]
    fn the_end_is_reckoned_from_the_answer() {
        assert!((ends_at(1_000.0, Some(60_000)) - 61_000.0).abs() < f64::EPSILON);
        assert!(ends_at(1_000.0, None).is_infinite());
    }
}
