//! Parses single settings. A problem names its setting.

use super::LogFormat;
use auth::{Lifetime, Millis};
use ipnet::IpNet;
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;
use url::{Host, Url};

/// Longest duration that a setting accepts, in milliseconds: ten years.
const DURATION_MAX: Millis = 3650 * auth::DAY;

/// The proxies that may state a client's address; empty if clients connect directly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Returns whether no proxy is trusted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether `address` is a trusted proxy.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The header in which proxies state a client's address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, the older header.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The header in which proxies state the host that a client requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHostHeader {
    /// `X-Forwarded-Host`, the older header.
    XForwardedHost,
    /// `Forwarded` (RFC 7239) with its parameter `host`.
    Forwarded,
}

/// Returns the value, or adds its problem to `problems`.
pub(super) fn report<T>(problems: &mut Vec<String>, parsed: Result<T, String>) -> Option<T> {
    parsed.map_err(|problem| problems.push(problem)).ok()
}

pub(super) fn address(name: &str, text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{name}: `{text}` is not an address with a port, as 127.0.0.1:3000 is"))
}

pub(super) fn origin(name: &str, text: &str) -> Result<Url, String> {
    let problem = |what: &dyn Display| format!("{name}: `{text}` {what}");
    let url = Url::parse(text).map_err(|error| problem(&format_args!("is not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(problem(&"is neither http nor https"));
    }
    let holds_login = !url.username().is_empty() || url.password().is_some();
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || holds_login {
        return Err(problem(&"must be scheme, host and port only"));
    }
    Ok(url)
}

/// Parses comma-separated origins. Returns them as browsers write them into `Origin`.
pub(super) fn origins(name: &str, text: Option<&str>) -> Result<Vec<String>, String> {
    let texts = text.into_iter().flat_map(|text| text.split(',')).map(str::trim);
    texts.map(|text| origin(name, text).map(|url| url.origin().ascii_serialization())).collect()
}

/// Parses the address of an API: https, or http on this machine.
pub(super) fn api(name: &str, text: &str) -> Result<Url, String> {
    let problem = |what: &str| format!("{name}: `{text}` {what}");
    let url = Url::parse(text).map_err(|error| problem(&format!("is not a URL: {error}")))?;
    let is_here = url.host_str().is_some_and(is_loopback);
    if url.scheme() != "https" && !(url.scheme() == "http" && is_here) {
        return Err(problem("must begin with https://, or with http:// where it is on this machine"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(problem("must be scheme, host, port and path only"));
    }
    Ok(url)
}

pub(super) fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(domain)) => domain == "localhost",
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

pub(super) fn duration(name: &str, text: &str) -> Result<Millis, String> {
    let duration = humantime::parse_duration(text)
        .map_err(|error| format!("{name}: `{text}` is not a duration, as 30s, 10m or 14d is: {error}"))?;
    match Millis::try_from(duration.as_millis()) {
        Ok(millis @ auth::SECOND..=DURATION_MAX) => Ok(millis),
        _ => Err(format!("{name}: `{text}` must be between a second and ten years")),
    }
}

/// Parses an idle time and an absolute limit. The idle time must not be the longer one.
pub(super) fn lifetime(problems: &mut Vec<String>, names: [&str; 2], texts: [&String; 2]) -> Option<Lifetime> {
    let idle = report(problems, duration(names[0], texts[0]));
    let max = report(problems, duration(names[1], texts[1]));
    let lifetime = Lifetime { idle: idle?, max: max? };
    if lifetime.idle > lifetime.max {
        problems.push(format!("{}: {} is longer than {} ({})", names[0], texts[0], names[1], texts[1]));
    }
    Some(lifetime)
}

pub(super) fn number(name: &str, text: &str, range: RangeInclusive<u32>) -> Result<u32, String> {
    u32::from_str(text)
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| format!("{name}: `{text}` is not a number from {} to {}", range.start(), range.end()))
}

pub(super) fn proxies(text: Option<&str>) -> Result<TrustedProxies, String> {
    let networks = text.unwrap_or("none").trim();
    if networks == "none" {
        return Ok(TrustedProxies::default());
    }
    networks
        .split(',')
        .map(str::trim)
        .map(|network| {
            IpNet::from_str(network)
                .or_else(|_| IpAddr::from_str(network).map(IpNet::from))
                .map_err(|_| format!("TRUSTED_PROXIES: `{network}` is neither an address nor a network, nor `none`"))
        })
        .collect::<Result<_, _>>()
        .map(TrustedProxies)
}

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        proxies(Some(text))
    }
}

pub(super) fn forwarded_header(name: &str, text: &str) -> Result<ForwardedHeader, String> {
    match text.to_ascii_lowercase().as_str() {
        "x-forwarded-for" => Ok(ForwardedHeader::XForwardedFor),
        "forwarded" => Ok(ForwardedHeader::Forwarded),
        _ => Err(format!("{name}: `{text}` is neither `x-forwarded-for` nor `forwarded`")),
    }
}

pub(super) fn forwarded_host_header(name: &str, text: &str) -> Result<Option<ForwardedHostHeader>, String> {
    match text.to_ascii_lowercase().as_str() {
        "none" => Ok(None),
        "x-forwarded-host" => Ok(Some(ForwardedHostHeader::XForwardedHost)),
        "forwarded" => Ok(Some(ForwardedHostHeader::Forwarded)),
        _ => Err(format!("{name}: `{text}` is neither `none` nor `x-forwarded-host` nor `forwarded`")),
    }
}

pub(super) fn log_format(name: &str, text: &str) -> Result<LogFormat, String> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("{name}: `{text}` is neither `pretty` nor `json`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for good in ["http://127.0.0.1:3000", "https://latchkey.example", "https://latchkey.example/"] {
            assert!(origin("PUBLIC_URL", good).is_ok(), "{good}");
        }
        for wrong in ["http://ada@host", "http://ada:secret@host", "http://:secret@host", "http://host/x", "ftp://host"]
        {
            assert!(origin("PUBLIC_URL", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn several_origins_are_written_as_browsers_write_them() {
        let read = origins("API_ALLOWED_ORIGINS", Some("https://App.example:443, http://127.0.0.1:5173/"));
        assert_eq!(read, Ok(vec!["https://app.example".to_owned(), "http://127.0.0.1:5173".to_owned()]));
        assert_eq!(origins("API_ALLOWED_ORIGINS", None), Ok(vec![]));
        for wrong in ["*", "null", "https://a.example,", "https://a.example/x", "app.example"] {
            assert!(origins("API_ALLOWED_ORIGINS", Some(wrong)).is_err(), "{wrong}");
        }
    }
}
