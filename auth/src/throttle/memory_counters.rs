//! Counters in this process's memory, where counting must cost no write.

use crate::{
    clock::Millis,
    throttle::rule::{Counter, Rule},
};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most counters that are stored at once.
const STORED: usize = 10_000;
/// Counters that stay when there is no room for another. Room is made for many at once, because it takes a look at all.
const STORED_AFTER_EVICTION: usize = STORED / 4 * 3;

pub(super) struct MemoryCounters<K> {
    rule: Rule,
    counters: Mutex<HashMap<K, Stored>>,
}

/// A counter, with how many times the budget of one its key has.
#[derive(Clone, Copy)]
struct Stored {
    weight: u32,
    counter: Counter,
}

impl<K: Eq + Hash + Clone> MemoryCounters<K> {
    pub(super) fn new(rule: Rule) -> Self {
        Self { rule, counters: Mutex::default() }
    }

    /// Returns how long `key`, which has the budget of `weight`, has to wait, in milliseconds; zero where it need not.
    pub(super) fn wait(&self, key: &K, weight: u32, now: Millis) -> Millis {
        self.lock().get(key).map_or(0, |stored| self.rule.times(weight).wait(stored.counter, now))
    }

    /// Counts one; returns whether a wait begins with it.
    pub(super) fn count(&self, key: K, weight: u32, now: Millis) -> bool {
        let mut counters = self.lock();
        if counters.len() >= STORED && !counters.contains_key(&key) {
            evict(&mut counters, self.rule, now);
        }
        let rule = self.rule.times(weight);
        let Stored { counter, .. } = counters.entry(key).or_insert(Stored { weight, counter: Counter::default() });
        let waited = rule.wait(*counter, now) > 0;
        // Requests that were under way when the wait began do not make it longer.
        if !waited {
            *counter = rule.count(*counter, now);
        }
        !waited && rule.wait(*counter, now) > 0
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Stored>> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes the counters that say nothing any more, then the ones that matter least: narrow keys before wide ones, few
/// tries before many, old before new. So one network with many addresses evicts its own addresses and keeps its own
/// counter, and resets no other client's.
fn evict<K: Eq + Hash + Clone>(counters: &mut HashMap<K, Stored>, rule: Rule, now: Millis) {
    counters.retain(|_, Stored { weight, counter }| !rule.times(*weight).is_over(*counter, now));
    let excess = counters.len().saturating_sub(STORED_AFTER_EVICTION);
    if excess == 0 {
        return;
    }
    let worth = |Stored { weight, counter }: &Stored| {
        let counter = rule.times(*weight).regain(*counter, now);
        (*weight, counter.tries, counter.regained_at)
    };
    let mut all: Vec<_> = counters.iter().map(|(key, stored)| (worth(stored), key.clone())).collect();
    all.select_nth_unstable_by_key(excess - 1, |(worth, _)| *worth);
    for (_, key) in all.drain(..excess) {
        counters.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clients::network::Network,
        clock::{MINUTE, SECOND},
    };
    use std::net::IpAddr;

    const RULE: Rule = Rule { free: 2, regained_every: MINUTE, longest: MINUTE };

    #[test]
    fn memory_is_bounded() {
        let counters = MemoryCounters::new(Rule { free: 0, regained_every: SECOND, longest: MINUTE });
        for number in 0..2 * STORED {
            counters.count(number, 1, 0);
            assert!(counters.lock().len() <= STORED, "{number}");
        }
        counters.count(2 * STORED, 1, MINUTE);
        for number in 0..STORED {
            counters.count(3 * STORED + number, 1, MINUTE);
        }
        assert!(counters.lock().keys().all(|number| *number >= 2 * STORED), "counters that are over go first");
    }

    #[test]
    fn one_network_with_many_addresses_resets_no_other_counter() {
        let counters = MemoryCounters::new(RULE);
        let count = |address: IpAddr| {
            for network in Network::all_of(address) {
                counters.count(network, network.weight, 0);
            }
        };
        let waits = |address: IpAddr| Network::all_of(address).iter().any(|one| counters.wait(one, one.weight, 0) > 0);
        let guesser = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..=RULE.free {
            count(guesser);
        }
        assert!(waits(guesser));
        let of_flood = |subnet: u16| IpAddr::from([0x2001, 0xdb8, 1, subnet, 0, 0, 0, 1]);
        for subnet in 0..=u16::MAX {
            count(of_flood(subnet));
        }
        assert!(waits(guesser), "the wait of another client stands");
        assert!(waits(of_flood(0)), "the network itself waits, though its addresses were evicted");
        assert!(counters.lock().len() <= STORED);
    }
}
