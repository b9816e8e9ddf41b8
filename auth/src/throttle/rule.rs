//! How long the next try has to wait, as a pure rule: some are free, then each doubles the wait, up to a longest. Tries
//! are given back one by one as time goes by. It is never a lock: after the wait another attempt is free.

use crate::clock::{Millis, SECOND};

/// The wait after the first try that is not free.
const FIRST_WAIT: Millis = SECOND;
/// Doubled more often than this, it is longer than any longest.
const DOUBLED_AT_MOST: u32 = 30;

/// How one kind of try is slowed down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Tries without a wait.
    pub(crate) free: u32,
    /// How long until one try is given back, in milliseconds.
    pub(crate) regained_every: Millis,
    /// The longest wait, in milliseconds.
    pub(crate) longest: Millis,
}

/// What has been tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Counter {
    /// Tries that were not given back yet.
    pub(crate) tries: i64,
    /// Since when none has been given back.
    pub(crate) regained_at: Millis,
    /// Before that, no try is let through.
    pub(crate) free_at: Millis,
}

impl Rule {
    /// The rule for so many at once: as many times the tries, given back as many times as fast.
    pub(crate) fn times(self, weight: u32) -> Self {
        let regained_every = (self.regained_every / i64::from(weight.max(1))).max(1);
        Self { free: self.free.saturating_mul(weight), regained_every, ..self }
    }

    /// How long a try at `now` has to wait; zero where it need not.
    pub(crate) fn wait(self, counter: Counter, now: Millis) -> Millis {
        // The longest, should a clock have been put back.
        (counter.free_at - now).clamp(0, self.longest)
    }

    /// The counter after one more try at `now`.
    pub(crate) fn count(self, counter: Counter, now: Millis) -> Counter {
        let Counter { tries, regained_at, free_at } = self.regain(counter, now);
        let tries = tries + 1;
        // A free attempt delays no other, not even one that looked at the clock a moment before it.
        let free_at = match self.wait_after(tries) {
            0 => free_at,
            wait => now + wait,
        };
        Counter { tries, regained_at, free_at }
    }

    /// Whether the counter at `now` says no more than one that was never touched.
    pub(crate) fn is_over(self, counter: Counter, now: Millis) -> bool {
        self.wait(counter, now) == 0 && self.regain(counter, now).tries == 0
    }

    /// The counter with the tries given back that are due by `now`.
    pub(crate) fn regain(self, counter: Counter, now: Millis) -> Counter {
        let regained = (now - counter.regained_at).max(0) / self.regained_every;
        if regained >= counter.tries {
            return Counter { tries: 0, regained_at: now, ..counter };
        }
        let regained_at = counter.regained_at + regained * self.regained_every;
        Counter { tries: counter.tries - regained, regained_at, ..counter }
    }

    fn wait_after(self, tries: i64) -> Millis {
        match u32::try_from(tries - i64::from(self.free)) {
            Err(_) | Ok(0) => 0,
            Ok(beyond) => (FIRST_WAIT << (beyond - 1).min(DOUBLED_AT_MOST)).min(self.longest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{HOUR, MINUTE};

    const RULE: Rule = Rule { free: 2, regained_every: HOUR, longest: MINUTE };

    fn after(tries: usize) -> Counter {
        (0..tries).fold(Counter::default(), |counter, _| RULE.count(counter, 0))
    }

    #[test]
    fn free_tries_at_once_do_not_wait_for_one_another() {
        let counter = RULE.count(Counter::default(), 1_001);
        assert_eq!(RULE.wait(counter, 1_000), 0);
    }

    #[test]
    fn the_wait_doubles_and_is_capped() {
        let waits: Vec<_> = (0..12).map(|tries| RULE.wait(after(tries), 0) / SECOND).collect();
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(RULE.wait(after(1000), 0), MINUTE);
    }

    #[test]
    fn a_wait_is_over_in_time() {
        let counter = after(3);
        assert_eq!((RULE.wait(counter, 0), RULE.wait(counter, 999), RULE.wait(counter, 1000)), (1000, 1, 0));
        assert_eq!(RULE.wait(counter, -HOUR), MINUTE, "a clock that was put back locks nobody out");
    }

    #[test]
    fn tries_are_given_back_one_by_one() {
        let counter = RULE.count(after(4), HOUR + 5);
        assert_eq!((counter.tries, counter.regained_at), (4, HOUR));
        let counter = RULE.count(counter, 2 * HOUR);
        assert_eq!((counter.tries, counter.regained_at), (4, 2 * HOUR), "the five milliseconds were not lost");
        let counter = RULE.count(counter, 100 * HOUR);
        assert_eq!((counter.tries, counter.regained_at, RULE.wait(counter, 100 * HOUR)), (1, 100 * HOUR, 0));
    }
}
