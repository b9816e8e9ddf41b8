//! What a client address does too often, counted in this process's memory, because counting must cost no write: refresh
//! tokens that are none of ours (nobody guesses 256 bits, and each costs a database read), and flows that are begun (each
//! is a row). Mailed links that are refused are counted alike.

use super::rule::{Counter, Rule};
use crate::clock::{MINUTE, Millis, SECOND};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Addresses that are remembered at once; with more, all are forgotten.
const REMEMBERED: usize = 10_000;

pub(crate) struct AddressCounters {
    rule: Rule,
    counters: Mutex<HashMap<IpAddr, Counter>>,
}

impl AddressCounters {
    /// `free` forged tokens an address are looked at without a wait.
    pub(crate) fn of_forged_tokens(free: u32) -> Self {
        // Short waits: the honest clients behind the same address wait, too.
        Self::new(Rule { free, regained_every: SECOND, longest: MINUTE })
    }

    /// `free` flows an address are begun, and one more each minute.
    pub(crate) fn of_begun_flows(free: u32) -> Self {
        Self::new(Rule { free, regained_every: MINUTE, longest: MINUTE })
    }

    /// `free` refused mailed links an address are looked at without a wait, which is as short.
    pub(crate) fn of_refused_links(free: u32) -> Self {
        Self::of_forged_tokens(free)
    }

    fn new(rule: Rule) -> Self {
        Self { rule, counters: Mutex::default() }
    }

    /// How long the address has to wait, in milliseconds; zero where it need not.
    pub(crate) fn wait(&self, address: IpAddr, now: Millis) -> Millis {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.get(&address).map_or(0, |counter| self.rule.wait(*counter, now))
    }

    /// Counts one; whether a wait has begun by it.
    pub(crate) fn count(&self, address: IpAddr, now: Millis) -> bool {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= REMEMBERED && !counters.contains_key(&address) {
            counters.clear();
        }
        let counter = counters.entry(address).or_default();
        let waited = self.rule.wait(*counter, now) > 0;
        // Those that were under way when the wait began do not make it longer.
        if !waited {
            *counter = self.rule.count(*counter, now);
        }
        !waited && self.rule.wait(*counter, now) > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_alone_and_is_told_once() {
        let (forged, one, other) =
            (AddressCounters::of_forged_tokens(2), IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let begun: Vec<_> = (0..5).map(|_| forged.count(one, 0)).collect();
        assert_eq!(begun, [false, false, true, false, false]);
        assert_eq!((forged.wait(one, 0), forged.wait(one, SECOND), forged.wait(other, 0)), (SECOND, 0, 0));
    }

    #[test]
    fn memory_is_bounded() {
        let forged = AddressCounters::of_forged_tokens(0);
        for number in 0..=REMEMBERED {
            forged.count(IpAddr::from((number as u128).to_be_bytes()), 0);
        }
        assert_eq!(forged.counters.lock().expect("unharmed").len(), 1);
    }
}
