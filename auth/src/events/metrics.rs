//! Counters for closed sets of words, by way of the `metrics` facade.
//!
//! The recorder of the thread on which [`crate::Auth::new`] runs collects the figures. Without a recorder nothing is
//! measured. A label is one of a closed set of words: no id, no address and no text of a client is among them. Names of
//! metrics and labels never change, because dashboards and alerts use them, and none names the product.

use ::metrics::{Counter, counter, describe_counter};
use contract::Words;
use contract::{EventKind, Outcome};
use std::collections::HashMap;
use std::hash::Hash;

/// A counter for each member of a closed set. All exist from the start, so that an event that never happened is a zero.
pub(crate) struct Counters<K>(HashMap<K, Counter>);

/// The counters of security events.
pub(crate) type EventCounters = Counters<(EventKind, Outcome)>;

impl<K: Copy + Eq + Hash> Counters<K> {
    pub(crate) fn new(all: impl IntoIterator<Item = K>, counter: impl Fn(K) -> Counter) -> Self {
        Self(all.into_iter().map(|one| (one, counter(one))).collect())
    }

    /// Counts one more.
    pub(crate) fn count(&self, one: K) {
        if let Some(counter) = self.0.get(&one) {
            counter.increment(1);
        }
    }
}

impl EventCounters {
    /// Returns the counters, of the recorder of this thread.
    pub(crate) fn of_events() -> Self {
        describe_counter!("auth_events_total", "Security events.");
        let events = EventKind::ALL.iter().flat_map(|kind| Outcome::ALL.iter().map(|outcome| (*kind, *outcome)));
        Self::new(
            events,
            |(kind, outcome)| counter!("auth_events_total", "kind" => kind.as_str(), "outcome" => outcome.as_str()),
        )
    }
}
