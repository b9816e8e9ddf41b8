//! `/client-failure/{cause}`: where a page reports that it goes on without its WebAssembly (`app/src/boot.js`).
//!
//! A report is a POST without a body. It names one of [`CAUSES`] and nothing else, is counted in the metrics, and its
//! answer is the same whether it was counted or not.

use crate::application::AppState;
use crate::client_address::client_address;
use axum::Router;
use axum::extract::{ConnectInfo, Path, State};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use metrics::{Counter, counter, describe_counter};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The route, as Axum writes it.
pub(crate) const ROUTE: &str = "/client-failure/{cause}";

const NAME: &str = "client_failures_total";
/// The code could not be loaded; the page did not come alive; it crashed afterwards.
const CAUSES: [&str; 3] = ["load", "hydration", "crash"];

/// How many reports of one client are counted in a [`WINDOW`]: a person opens no more pages.
const COUNTED: u32 = 20;
const WINDOW: Duration = Duration::from_mins(1);
/// How many clients are counted in a [`WINDOW`], which bounds the memory and the log.
const CLIENTS: usize = 1_000;

/// The counters, one for each of [`CAUSES`].
#[derive(Debug)]
pub(crate) struct ClientFailures {
    counters: [Counter; CAUSES.len()],
    window: Mutex<Window>,
}

/// What was counted since a moment, by client.
#[derive(Debug)]
struct Window {
    began_at: Instant,
    clients: HashMap<IpAddr, u32>,
}

impl ClientFailures {
    /// Registers the counters with the recorder of this thread.
    pub(crate) fn new() -> Self {
        describe_counter!(NAME, "Pages that went on without their WebAssembly.");
        let window = Window { began_at: Instant::now(), clients: HashMap::new() };
        Self { counters: CAUSES.map(|cause| counter!(NAME, "cause" => cause)), window: Mutex::new(window) }
    }

    /// Counts a report of `client`, unless it or others have sent too many. Returns `false` for an unknown cause.
    fn record(&self, cause: &str, client: IpAddr, now: Instant) -> bool {
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
        }
        if self.clients.len() >= CLIENTS && !self.clients.contains_key(&client) {
            return false;
        }
        let counted = self.clients.entry(client).or_default();
        *counted = counted.saturating_add(1);
        *counted <= COUNTED
    }
}

/// The route, behind the same checks of host and origin as a form.
pub(crate) fn routes(state: &AppState) -> Router {
    Router::new().route(ROUTE, post(record)).with_state(state.clone())
}

async fn record(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(cause): Path<String>,
    headers: HeaderMap,
) -> StatusCode {
    let config = &state.config;
    let client = client_address(peer.ip(), &headers, &config.trusted_proxies, config.forwarded_header);
    if state.client_failures.record(&cause, client, Instant::now()) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(failures: &ClientFailures, client: u128, now: Instant) -> bool {
        failures.window.lock().expect("unharmed").admits(IpAddr::from(client.to_be_bytes()), now)
    }

    #[test]
    fn a_client_is_counted_so_often_in_a_window() {
        let (failures, now) = (ClientFailures::new(), Instant::now());
        assert_eq!((0..2 * COUNTED).filter(|_| counted(&failures, 1, now)).count(), COUNTED as usize);
        assert!(counted(&failures, 2, now), "another client");
        assert!(counted(&failures, 1, now + WINDOW));
    }

    #[test]
    fn clients_beyond_a_number_are_not_counted_and_take_no_memory() {
        let (failures, now) = (ClientFailures::new(), Instant::now());
        let admitted = (0..2 * CLIENTS as u128).filter(|client| counted(&failures, *client, now)).count();
        assert_eq!(admitted, CLIENTS);
        assert_eq!(failures.window.lock().expect("unharmed").clients.len(), CLIENTS);
    }
}
