//! `/client-failure/{cause}`: takes the report of a page that goes on without its WebAssembly (`app/platform/src/boot.js`).
//!
//! A report is a POST without a body. It names a cause and nothing else. A report past a limit is answered like a counted
//! one, so that the answer does not reveal the limit.

use crate::request::client_address::client_address;
use crate::state::AppState;
use axum::Router;
use axum::extract::{ConnectInfo, Path, State};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use std::net::SocketAddr;
use std::time::Instant;

/// The route, as Axum writes it.
pub(crate) const ROUTE: &str = "/client-failure/{cause}";

/// Returns the route. It stands behind the same checks of host and origin as a form.
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
