//! Determines the address of a client and the host it asked for: from the connection, or from headers of trusted proxies.

use crate::config::{ForwardedHeader, ForwardedHostHeader, TrustedProxies};
use axum::extract::{ConnectInfo, Request};
use http::HeaderMap;
use http::header::FORWARDED;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Returns the address at the other end of the connection.
pub(crate) fn peer(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip())
}

/// Returns whether a request has a forwarding header although `peer` is not a trusted proxy. The operator may have
/// forgotten to configure a proxy.
pub(crate) fn is_untrusted_proxy(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> bool {
    (headers.contains_key("x-forwarded-for") || headers.contains_key(FORWARDED))
        && !trusted.contains(peer.to_canonical())
}

/// Returns the requested host from the configured header, if `peer` is a trusted proxy. Uses the rightmost entry, which
/// that proxy wrote itself.
pub(crate) fn forwarded_host(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
    believed: Option<ForwardedHostHeader>,
) -> Option<String> {
    let believed = believed.filter(|_| trusted.contains(peer.to_canonical()))?;
    let name = match believed {
        ForwardedHostHeader::XForwardedHost => "x-forwarded-host",
        ForwardedHostHeader::Forwarded => FORWARDED.as_str(),
    };
    let line = headers.get_all(name).iter().next_back()?;
    let line = String::from_utf8_lossy(line.as_bytes());
    let last = from_right(&line, ',').next().unwrap_or_default();
    match believed {
        ForwardedHostHeader::XForwardedHost => Some(last.trim().to_owned()),
        ForwardedHostHeader::Forwarded => parameter(last, "host").map(str::to_owned),
    }
}

/// Returns the address of the client behind the connection from `peer`. Reads only the configured header, because a proxy
/// passes the other one on unchecked.
///
/// Proxies append to the header, so its entries are read from the right. The first address that is not a trusted proxy is
/// the client; a client can forge every entry left of it. An IPv6 client is its /64, which one customer is given.
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
    believed: ForwardedHeader,
) -> IpAddr {
    let mut client = peer;
    for hop in hops(headers, believed) {
        if !trusted.contains(client.to_canonical()) {
            break;
        }
        let Some(address) = hop else { break };
        client = address;
    }
    match client.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Returns the addresses in the header, the last first, and `None` for an entry that is not an address.
fn hops(headers: &HeaderMap, believed: ForwardedHeader) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = match believed {
        ForwardedHeader::XForwardedFor => headers.get_all("x-forwarded-for"),
        ForwardedHeader::Forwarded => headers.get_all(FORWARDED),
    };
    // Decodes lossily, so that bytes of a client do not hide the entry that a proxy appended.
    let lines: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let hop = move |hop: &str| match believed {
        ForwardedHeader::XForwardedFor => node(hop.trim()),
        ForwardedHeader::Forwarded => forwarded_for(hop),
    };
    lines.into_iter().rev().flat_map(move |line| from_right(&line, ',').map(hop).collect::<Vec<_>>())
}

/// Returns the address in an element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    node(parameter(element, "for")?)
}

/// Returns a parameter of an element of `Forwarded` (RFC 7239, section 4), unless it is missing or repeated.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let pairs = from_right(element, ';').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
    let value = values.next().filter(|_| values.next().is_none())?;
    Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// Parses an address with an optional port. An IPv6 address with a port stands in brackets (RFC 7239, section 6).
fn node(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Splits a line at unquoted separators, the last part first. Quotes are counted from the right as well: an open quote of
/// a client must not swallow the entry that a proxy appended.
fn from_right(line: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    line.rsplit(move |character| {
        is_quoted ^= character == '"';
        character == separator && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn client(
        peer: &str,
        headers: &[(&'static str, &'static str)],
        trusted: &str,
        believed: ForwardedHeader,
    ) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let trusted = trusted.parse().expect("networks");
        client_address(peer.parse().expect("an address"), &map, &trusted, believed).to_string()
    }

    fn by_x(peer: &str, forwarded: &'static str, trusted: &str) -> String {
        client(peer, &[("x-forwarded-for", forwarded)], trusted, ForwardedHeader::XForwardedFor)
    }

    fn by_forwarded(forwarded: &'static str) -> String {
        client("10.0.0.1", &[("forwarded", forwarded)], "10.0.0.0/8", ForwardedHeader::Forwarded)
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("192.0.2.1", &[], "none", ForwardedHeader::default()), "192.0.2.1");
        assert_eq!(client("10.0.0.1", &[], "10.0.0.0/8", ForwardedHeader::default()), "10.0.0.1");
        assert_eq!(by_x("192.0.2.1", "203.0.113.9", "none"), "192.0.2.1");
        assert_eq!(by_x("10.0.0.1", "203.0.113.9", "10.0.0.0/8"), "203.0.113.9");
    }

    #[test]
    fn the_rightmost_untrusted_hop_is_the_client() {
        assert_eq!(by_x("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "10.0.0.0/8"), "203.0.113.9");
        assert_eq!(by_x("10.0.0.1", "203.0.113.9, rubbish", "10.0.0.0/8"), "10.0.0.1");
        assert_eq!(by_x("10.0.0.1", "203.0.113.9:4711", "10.0.0.0/8"), "203.0.113.9");
        let lines = [("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "203.0.113.9, 10.0.0.2")];
        assert_eq!(client("10.0.0.1", &lines, "10.0.0.0/8", ForwardedHeader::XForwardedFor), "203.0.113.9");
    }

    #[test]
    fn only_the_configured_header_is_read() {
        let both = [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=198.51.100.7")];
        assert_eq!(client("10.0.0.1", &both, "10.0.0.0/8", ForwardedHeader::XForwardedFor), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &both, "10.0.0.0/8", ForwardedHeader::Forwarded), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &both[..1], "10.0.0.0/8", ForwardedHeader::Forwarded), "10.0.0.1");
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        assert_eq!(by_forwarded("for=192.0.2.43, For=\"198.51.100.17:4711\";proto=https;by=10.0.0.2"), "198.51.100.17");
        assert_eq!(by_forwarded("proto=https; FOR=198.51.100.17 , for=10.0.0.2"), "198.51.100.17");
        assert_eq!(by_forwarded("for=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::");
        assert_eq!(by_forwarded("for=\"[2001:db8:cafe:1:2:3:4:17]\""), "2001:db8:cafe:1::");
    }

    #[test]
    fn a_hidden_client_counts_as_its_proxy() {
        for nobody in ["for=unknown", "for=_hidden", "by=10.0.0.2", "for=1.2.3.4;for=5.6.7.8", "rubbish", ""] {
            assert_eq!(by_forwarded(nobody), "10.0.0.1", "{nobody}");
        }
    }

    #[test]
    fn an_open_quote_hides_no_other_entry() {
        assert_eq!(by_forwarded("for=\"1.2.3.4, for=198.51.100.17"), "198.51.100.17");
        assert_eq!(by_forwarded("for=1.2.3.4;by=\"a, for=198.51.100.17;proto=https"), "198.51.100.17");
        assert_eq!(by_forwarded("for=1.2.3.4, for=198.51.100.17;by=\"_x, y\""), "198.51.100.17");
    }

    #[test]
    fn invalid_bytes_affect_their_own_entry_only() {
        let client = |name: &'static str, value: &[u8], believed| {
            let headers = HeaderMap::from_iter([(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value).expect("a header's value"),
            )]);
            let trusted = "10.0.0.0/8".parse().expect("networks");
            client_address(IpAddr::from([10, 0, 0, 1]), &headers, &trusted, believed).to_string()
        };
        for line in [&b"\xff, 198.51.100.17"[..], b"1.2.3.4\xc3, 198.51.100.17, 10.0.0.2"] {
            assert_eq!(client("x-forwarded-for", line, ForwardedHeader::XForwardedFor), "198.51.100.17");
        }
        let line = b"for=\xff;by=\xc3, for=198.51.100.17;proto=https";
        assert_eq!(client("forwarded", line, ForwardedHeader::Forwarded), "198.51.100.17");
        assert_eq!(client("x-forwarded-for", b"1.2.3.4, \xff", ForwardedHeader::XForwardedFor), "10.0.0.1");
    }

    fn host(
        peer: &str,
        lines: &[(&'static str, &'static str)],
        believed: Option<ForwardedHostHeader>,
    ) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let trusted = "10.0.0.0/8".parse().expect("a network");
        forwarded_host(peer.parse().expect("an address"), &headers, &trusted, believed)
    }

    #[test]
    fn a_forwarded_host_counts_from_a_trusted_proxy_in_the_configured_header() {
        use ForwardedHostHeader::{Forwarded, XForwardedHost};
        let both = [("x-forwarded-host", "x.example"), ("forwarded", "for=1.2.3.4;host=f.example")];
        for (peer, believed, found) in [
            ("10.0.0.1", Some(XForwardedHost), Some("x.example")),
            ("::ffff:10.0.0.1", Some(XForwardedHost), Some("x.example")),
            ("10.0.0.1", Some(Forwarded), Some("f.example")),
            ("10.0.0.1", None, None),
            ("192.0.2.1", Some(XForwardedHost), None),
            ("192.0.2.1", Some(Forwarded), None),
        ] {
            assert_eq!(host(peer, &both, believed).as_deref(), found, "{peer} {believed:?}");
        }
        assert_eq!(host("10.0.0.1", &[], Some(XForwardedHost)), None);
        assert_eq!(host("10.0.0.1", &both[..1], Some(Forwarded)), None);
    }

    #[test]
    fn of_several_forwarded_hosts_the_rightmost_counts() {
        use ForwardedHostHeader::{Forwarded, XForwardedHost};
        let x = |lines: &[&'static str]| {
            let lines: Vec<_> = lines.iter().map(|line| ("x-forwarded-host", *line)).collect();
            host("10.0.0.1", &lines, Some(XForwardedHost))
        };
        assert_eq!(x(&["evil.example, ours.example"]).as_deref(), Some("ours.example"));
        assert_eq!(x(&["evil.example", "ours.example"]).as_deref(), Some("ours.example"));
        assert_eq!(x(&["evil.example,"]).as_deref(), Some(""));
        let f = |line| host("10.0.0.1", &[("forwarded", line)], Some(Forwarded));
        assert_eq!(f("host=evil.example, for=1.2.3.4;Host=\"ours.example:443\"").as_deref(), Some("ours.example:443"));
        assert_eq!(f("host=evil.example, for=1.2.3.4"), None, "that proxy says nothing of it");
        assert_eq!(f("for=1.2.3.4;host=a.example;host=b.example"), None);
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        let direct = |peer| client(peer, &[], "none", ForwardedHeader::default());
        assert_eq!(direct("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(direct("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
