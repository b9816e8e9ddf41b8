//! Refuses requests for another host. This stops DNS rebinding.

use crate::{
    config::{Config, PublicUrl},
    request::client_address::{forwarded_host, peer},
    response::misdirected::OtherHost,
    state::AppState,
};
use axum::extract::Request;
use http::{HeaderMap, Uri, header::HOST, uri::Authority};

/// The longest host that an answer or the log shows, in characters.
const SHOWN_MAX: usize = 100;

/// Refuses with 421 (RFC 9110, section 15.5.20) unless the request's host is that of `PUBLIC_URL`.
pub(crate) fn check(state: &AppState, request: Request) -> Result<Request, OtherHost> {
    let config = &state.config;
    let named =
        forwarded_host(peer(&request), request.headers(), &config.trusted_proxies, config.forwarded_host_header);
    let is_forwarded = named.is_some();
    let named = named.map_or_else(|| named_host(&request), |host| host.parse().map_err(|_| host));
    let came = match named {
        Ok(host) if !host.as_str().contains('@') && is_ours(config, &host) => return Ok(request),
        Ok(host) => host.to_string(),
        Err(text) => text,
    };
    let other = OtherHost { came: shown(&came), expected: config.public_url.authority().to_owned() };
    tracing::warn!(
        host = other.came,
        expected = other.expected,
        is_forwarded,
        "a request for another host: a proxy has to pass `Host` on, or `FORWARDED_HOST_HEADER` has to name its header"
    );
    Err(other)
}

/// Returns the host of a request. Refuses two hosts, because a proxy and this server might each read another.
fn named_host(request: &Request) -> Result<Authority, String> {
    authority(request.uri(), request.headers())
}

fn authority(uri: &Uri, headers: &HeaderMap) -> Result<Authority, String> {
    if let Some(authority) = uri.authority() {
        return Ok(authority.clone());
    }
    let hosts: Vec<_> =
        headers.get_all(HOST).iter().map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned()).collect();
    match &hosts[..] {
        [host] => host.parse().map_err(|_| host.clone()),
        hosts => Err(hosts.join(", ")),
    }
}

/// Shortens and escapes `host` to printable ASCII, for a page and the log.
fn shown(host: &str) -> String {
    if host.is_empty() {
        return "(none)".to_owned();
    }
    let escaped: String = host.chars().take(SHOWN_MAX + 1).flat_map(char::escape_default).collect();
    match escaped.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}...", &escaped[..end]),
        None => escaped,
    }
}

fn is_ours(config: &Config, host: &Authority) -> bool {
    let ours = &config.public_url;
    host.as_str().eq_ignore_ascii_case(ours.authority())
        || (host.host().eq_ignore_ascii_case(ours.host()) && Some(port(ours, host)) == ours.port())
        || is_loopback_name(config, host.host(), port(ours, host))
}

fn port(ours: &PublicUrl, host: &Authority) -> u16 {
    host.port_u16().unwrap_or(if ours.is_https() { 443 } else { 80 })
}

/// Returns whether `host` names this machine in development mode, where its names are interchangeable.
pub(super) fn is_loopback_name(config: &Config, host: &str, port: u16) -> bool {
    config.dev && ["127.0.0.1", "localhost", "[::1]"].contains(&host) && Some(port) == config.public_url.port()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_host_is_short_and_printable() {
        assert_eq!(shown("evil.example:80"), "evil.example:80");
        assert_eq!(shown(""), "(none)");
        assert_eq!(shown("a\r\nb\u{1b}[31m\u{202e}"), r"a\r\nb\u{1b}[31m\u{202e}");
        let long = shown(&"ä".repeat(10_000));
        assert!(long.len() == SHOWN_MAX + 3 && long.is_ascii(), "{long}");
    }
}
