//! A request is for this site or for none: what another `Host` asks for is refused, which is what stops DNS rebinding.

use crate::{
    application::AppState,
    config::{Config, PublicUrl},
    http::failure::Failure,
};
use app::error::AppError;
use axum::extract::Request;
use http::{header::HOST, uri::Authority};

/// Answers 421 (RFC 9110, section 15.5.20) unless the request's host is that of `PUBLIC_URL`.
pub(crate) fn check(state: &AppState, request: Request) -> Result<Request, Failure> {
    if host(&request).is_some_and(|host| is_ours(&state.config, &host)) {
        Ok(request)
    } else {
        Err(Failure(AppError::Misdirected))
    }
}

/// The one host that a request names, without a user's name before it (RFC 9110, section 4.2.4).
fn host(request: &Request) -> Option<Authority> {
    named_host(request).filter(|host| !host.as_str().contains('@'))
}

/// With two, a proxy and we might each read another.
fn named_host(request: &Request) -> Option<Authority> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.clone());
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next()?;
    if hosts.next().is_some() {
        return None;
    }
    host.to_str().ok()?.parse().ok()
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

/// In development mode this machine's names are interchangeable.
pub(super) fn is_loopback_name(config: &Config, host: &str, port: u16) -> bool {
    config.dev && ["127.0.0.1", "localhost", "[::1]"].contains(&host) && Some(port) == config.public_url.port()
}
