//! Counts pages that lost their WebAssembly, by cause. Limits bound the reports of a client and the number of clients.

use metrics::{Counter, counter, describe_counter};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const NAME: &str = "client_failures_total";
/// The code could not be loaded; hydration failed; the page crashed after hydration.
const CAUSES: [&str; 3] = ["load", "hydration", "crash"];

/// Reports of one client that are counted in a [`WINDOW`]. A person opens fewer pages.
const COUNTED: u32 = 20;
const WINDOW: Duration = Duration::from_mins(1);
/// Clients that have a count of their own in a [`WINDOW`]. The limit bounds the memory.
const CLIENTS: usize = 1_000;
/// Reports of all further clients together that are counted in a [`WINDOW`]. The limit bounds the log.
const COUNTED_OF_OTHERS: u32 = 1_000;

/// The counters, one for each of [`CAUSES`].
#[derive(Debug)]
pub(crate) struct ClientFailures {
    counters: [Counter; CAUSES.len()],
    window: Mutex<Window>,
}

/// Counts reports by client since `began_at`.
#[derive(Debug)]
struct Window {
    began_at: Instant,
    clients: HashMap<IpAddr, u32>,
    /// The reports of clients that found no room in `clients`.
    others: u32,
}

impl ClientFailures {
    /// Registers the counters with the recorder of this thread.
    pub(crate) fn new() -> Self {
        describe_counter!(NAME, "Pages that went on without their WebAssembly.");
        let window = Window { began_at: Instant::now(), clients: HashMap::new(), others: 0 };
        Self { counters: CAUSES.map(|cause| counter!(NAME, "cause" => cause)), window: Mutex::new(window) }
    }

    /// Counts a report of `client` unless a limit is reached. Returns `false` for an unknown cause.
    pub(crate) fn record(&self, cause: &str, client: IpAddr, now: Instant) -> bool {
        let known = CAUSES.iter().zip(&self.counters).find(|(known, _)| **known == cause);
        let Some((cause, counter)) = known else { return false };
        if self.window.lock().unwrap_or_else(PoisonError::into_inner).admits(client, now) {
            counter.increment(1);
            tracing::info!(cause, "a page goes on without its WebAssembly");
        }
        true
    }
}

impl Window {
    fn admits(&mut self, client: IpAddr, now: Instant) -> bool {
        if now.saturating_duration_since(self.began_at) >= WINDOW {
            self.began_at = now;
            self.clients.clear();
            self.others = 0;
        }
        let has_room = self.clients.len() < CLIENTS || self.clients.contains_key(&client);
        let (counted, limit) = if has_room {
            (self.clients.entry(client).or_default(), COUNTED)
        } else {
            (&mut self.others, COUNTED_OF_OTHERS)
        };
        *counted = counted.saturating_add(1);
        *counted <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(failures: &ClientFailures, client: u128, now: Instant) -> bool {
        failures.window.lock().expect("unharmed").admits(IpAddr::from(client.to_be_bytes()), now)
    }

    #[test]
    fn a_client_is_counted_at_most_twenty_times_a_window() {
        let (failures, now) = (ClientFailures::new(), Instant::now());
        assert_eq!((0..2 * COUNTED).filter(|_| counted(&failures, 1, now)).count(), COUNTED as usize);
        assert!(counted(&failures, 2, now), "another client");
        assert!(counted(&failures, 1, now + WINDOW));
    }

    #[test]
    fn clients_beyond_the_limit_share_one_count_and_take_no_memory() {
        let (failures, now) = (ClientFailures::new(), Instant::now());
        let clients = CLIENTS as u128;
        assert!((0..clients).all(|client| counted(&failures, client, now)));
        let admitted = (clients..3 * clients).filter(|client| counted(&failures, *client, now)).count();
        assert_eq!(admitted, COUNTED_OF_OTHERS as usize);
        assert!(counted(&failures, 1, now), "a client with a count of its own is not displaced");
        assert_eq!(failures.window.lock().expect("unharmed").clients.len(), CLIENTS);
        assert!(counted(&failures, 5 * clients, now + WINDOW));
    }
}
