//! Delays refusals that come too fast. A client that ignores `Retry-After` would otherwise send its next request at once,
//! and refusing such clients would take more time than serving the others.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

/// Refusals per second that are answered at once.
const AT_ONCE: u32 = 50;
/// The delay of each further refusal: the shortest `Retry-After`.
const HELD_FOR: Duration = Duration::from_secs(1);
/// The most refusals that are delayed at a time. Further ones are answered at once, because each holds a connection.
const HELD_AT_MOST: usize = 1024;

/// Limits the rate of refusals.
#[derive(Debug)]
pub(crate) struct Pace {
    at_once: u32,
    held_for: Duration,
    /// The start of the current second and the refusals in it.
    second: Mutex<(Instant, u32)>,
    held: Semaphore,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(AT_ONCE, HELD_FOR, HELD_AT_MOST)
    }
}

impl Pace {
    fn new(at_once: u32, held_for: Duration, held_at_most: usize) -> Self {
        let (second, held) = (Mutex::new((Instant::now(), 0)), Semaphore::new(held_at_most));
        Self { at_once, held_for, second, held }
    }

    /// Waits until a refusal may be answered.
    pub(crate) async fn keep(&self) {
        if self.is_kept() {
            return;
        }
        if let Ok(_held) = self.held.try_acquire() {
            sleep(self.held_for).await;
        }
    }

    /// Counts a refusal. Returns whether it may be answered at once.
    fn is_kept(&self) -> bool {
        let mut second = self.second.lock().unwrap_or_else(PoisonError::into_inner);
        if second.0.elapsed() >= Duration::from_secs(1) {
            *second = (Instant::now(), 0);
        }
        second.1 = second.1.saturating_add(1);
        second.1 <= self.at_once
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn refusals_beyond_the_rate_are_delayed() {
        let pace = Pace::new(2, Duration::from_millis(20), 1);
        let took = async || {
            let begun = Instant::now();
            pace.keep().await;
            begun.elapsed()
        };
        pace.keep().await;
        pace.keep().await;
        assert!(took().await >= Duration::from_millis(20));
        let (one, other) = tokio::join!(took(), took());
        assert!(one.max(other) >= Duration::from_millis(20));
        assert!(one.min(other) < Duration::from_millis(20), "no more than one at a time");
    }
}
