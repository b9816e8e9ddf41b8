//! Identifies the client of a request: user agent, address and known-device cookie.

use crate::{
    request::{
        client_address::{client_address, is_untrusted_proxy, peer},
        cookies::cookie,
    },
    state::AppState,
};
use auth::{Client, DeviceToken};
use axum::extract::Request;
use http::HeaderValue;
use http::header::USER_AGENT;

/// Returns the client that sent `request`. Warns once if a proxy may be missing in `TRUSTED_PROXIES`.
pub(crate) fn client(state: &AppState, request: &Request) -> Client {
    let headers = request.headers();
    let peer = peer(request);
    if is_untrusted_proxy(peer, headers, &state.config.trusted_proxies) {
        state.proxy_warning.call_once(|| {
            tracing::warn!(
                %peer,
                "a request says of another client, and TRUSTED_PROXIES does not name where it came from: behind a proxy \
                 that it does not name, all people count as one client; this is said once"
            );
        });
    }
    Client {
        user_agent: headers.get(USER_AGENT).map(user_agent).unwrap_or_default(),
        address: Some(client_address(peer, headers, &state.config.trusted_proxies, state.config.forwarded_header)),
        token: cookie(headers, &state.config.cookies().device_name()).as_deref().and_then(DeviceToken::parse),
    }
}

/// Decodes a user agent as UTF-8, or else as Latin-1, which accepts any bytes (RFC 9110, section 5.5). No two values
/// become the same text.
fn user_agent(value: &HeaderValue) -> String {
    let bytes = value.as_bytes();
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned)
}
