//! Counters in this process's memory, where counting must cost no write.

use super::rule::{Counter, Rule};
use crate::clock::Millis;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counters that are remembered at once; with more, all are forgotten.
const REMEMBERED: usize = 10_000;

pub(super) struct MemoryCounters<K> {
    rule: Rule,
    counters: Mutex<HashMap<K, Counter>>,
}

impl<K: Eq + Hash> MemoryCounters<K> {
    pub(super) fn new(rule: Rule) -> Self {
        Self { rule, counters: Mutex::default() }
    }

    /// How long `key`, which has the budget of `weight`, has to wait, in milliseconds; zero where it need not.
    pub(super) fn wait(&self, key: &K, weight: u32, now: Millis) -> Millis {
        self.lock().get(key).map_or(0, |counter| self.rule.times(weight).wait(*counter, now))
    }

    /// Counts one; whether a wait has begun by it.
    pub(super) fn count(&self, key: K, weight: u32, now: Millis) -> bool {
        let mut counters = self.lock();
        if counters.len() >= REMEMBERED && !counters.contains_key(&key) {
            counters.clear();
        }
        let (rule, counter) = (self.rule.times(weight), counters.entry(key).or_default());
        let waited = rule.wait(*counter, now) > 0;
        // Those that were under way when the wait began do not make it longer.
        if !waited {
            *counter = rule.count(*counter, now);
        }
        !waited && rule.wait(*counter, now) > 0
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Counter>> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{MINUTE, SECOND};

    #[test]
    fn memory_is_bounded() {
        let counters = MemoryCounters::new(Rule { free: 0, regained_every: SECOND, longest: MINUTE });
        for number in 0..=REMEMBERED {
            counters.count(number, 1, 0);
        }
        assert_eq!(counters.lock().len(), 1);
    }
}
