//! The address of a client: its connection's, or what trusted proxies say of it.

use crate::config::TrustedProxies;
use http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr};

/// The client that sent a request which came in over a connection from `peer`.
///
/// Proxies append to `X-Forwarded-For`, so its entries are read from the right, and the first that is not a proxy's
/// own is the client: what stands left of it may be anybody's invention. An IPv6 client is its /64, which is what one
/// customer is given.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let mut client = peer;
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in hops.iter().rev() {
        if !trusted.contains(client.to_canonical()) {
            break;
        }
        let Ok(address) = hop.parse() else { break };
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

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client(peer: &str, forwarded: Option<&'static str>, trusted: &str) -> String {
        let mut headers = HeaderMap::new();
        if let Some(forwarded) = forwarded {
            headers.insert("x-forwarded-for", HeaderValue::from_static(forwarded));
        }
        let trusted = crate::config::trusted_proxies(trusted).expect("networks");
        client_address(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("192.0.2.1", None, "none"), "192.0.2.1");
        assert_eq!(client("192.0.2.1", Some("203.0.113.9"), "none"), "192.0.2.1");
        assert_eq!(client("10.0.0.1", Some("203.0.113.9"), "10.0.0.0/8"), "203.0.113.9");
        assert_eq!(client("10.0.0.1", None, "10.0.0.0/8"), "10.0.0.1");
    }

    #[test]
    fn the_rightmost_untrusted_hop_is_the_client() {
        assert_eq!(client("10.0.0.1", Some("1.2.3.4, 203.0.113.9, 10.0.0.2"), "10.0.0.0/8"), "203.0.113.9");
        assert_eq!(client("10.0.0.1", Some("203.0.113.9, rubbish"), "10.0.0.0/8"), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        assert_eq!(client("2001:db8:1:2:3:4:5:6", None, "none"), "2001:db8:1:2::");
        assert_eq!(client("::ffff:192.0.2.1", None, "none"), "192.0.2.1");
    }
}
