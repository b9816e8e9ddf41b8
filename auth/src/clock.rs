//! The time, as everything here is told it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time, or a span: milliseconds, UTC.
pub type Millis = i64;

/// One second.
pub const SECOND: Millis = 1000;
/// One minute.
pub const MINUTE: Millis = 60 * SECOND;
/// One hour.
pub const HOUR: Millis = 60 * MINUTE;
/// One day.
pub const DAY: Millis = 24 * HOUR;

/// Where the time comes from. Nothing else in this crate reads the system's clock, so that tests set it by hand.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands still until it is moved.
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until [`Clock::advance`] moves it.
    pub fn hand_set(now: Millis) -> Self {
        Self::Hand(Arc::new(AtomicI64::new(now)))
    }

    /// The time in milliseconds since 1970, UTC.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask the system")]
    pub fn now(&self) -> Millis {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| Millis::try_from(elapsed.as_millis()).unwrap_or(Millis::MAX)),
            Self::Hand(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Moves a hand-set clock on by `by` milliseconds; the system's clock goes by itself.
    pub fn advance(&self, by: Millis) {
        if let Self::Hand(now) = self {
            now.fetch_add(by, Ordering::SeqCst);
        }
    }
}
