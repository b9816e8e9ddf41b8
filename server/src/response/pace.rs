//! Refusals that come too fast are held back: of clients that ignore `Retry-After`, each answer would otherwise be a new
//! request at once, and refusing them would keep the server busier than what it does for others.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

/// Refusals in a second that are answered at once.
const AT_ONCE: u32 = 50;
/// How long each further one is held back: the shortest `Retry-After`.
const HELD_FOR: Duration = Duration::from_secs(1);
/// Refusals that are held back at a time. Further ones are answered: each holds a connection and what was sent over it.
const HELD_AT_MOST: usize = 1024;

/// The pace of refusals.
#[derive(Debug)]
pub(crate) struct Pace {
    at_once: u32,
    held_for: Duration,
    /// When the present second began, and the refusals in it.
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

    /// Returns when a refusal may be answered.
    pub(crate) async fn keep(&self) {
        if self.is_kept() {
            return;
        }
        if let Ok(_held) = self.held.try_acquire() {
            sleep(self.held_for).await;
        }
    }

    /// Counts a refusal; whether it may be answered at once.
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
    async fn refusals_beyond_the_pace_are_held_back() {
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
