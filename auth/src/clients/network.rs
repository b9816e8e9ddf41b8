//! The networks that a client's address is in. An attacker with one address often has its whole network.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network, and how many times the budget of a single client it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network {
    address: IpAddr,
    /// Bits that its addresses share; `None` for what counts as a single client.
    prefix: Option<u32>,
    pub(crate) weight: u32,
}

/// What counts as a single client is an IPv4 address, or the /64 of an IPv6 address; `None` stands for that.
const IPV4: [(Option<u32>, u32); 2] = [(None, 1), (Some(24), 16)];
/// Providers give a customer a /64, a /56 or a /48 (RFC 6177).
const IPV6: [(Option<u32>, u32); 3] = [(None, 1), (Some(56), 4), (Some(48), 16)];
const IPV6_CLIENT: u32 = 64;

impl Network {
    /// The networks of `address`, the narrowest first.
    pub(crate) fn all_of(address: IpAddr) -> Vec<Self> {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let network = |(prefix, weight): (Option<u32>, u32)| {
                    let mask = u32::MAX << (32 - prefix.unwrap_or(32));
                    let address = IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask));
                    Self { address, prefix, weight }
                };
                IPV4.map(network).to_vec()
            }
            IpAddr::V6(address) => {
                let network = |(prefix, weight): (Option<u32>, u32)| {
                    let mask = u128::MAX << (128 - prefix.unwrap_or(IPV6_CLIENT));
                    let address = IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask));
                    Self { address, prefix, weight }
                };
                IPV6.map(network).to_vec()
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix {
            None => write!(f, "{}", self.address),
            Some(prefix) => write!(f, "{}/{prefix}", self.address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_of(address: &str) -> Vec<(String, u32)> {
        let networks = Network::all_of(address.parse().expect("an address"));
        networks.iter().map(|network| (network.to_string(), network.weight)).collect()
    }

    #[test]
    fn a_wider_network_has_a_larger_budget() {
        let ipv4 = [("192.0.2.77".to_owned(), 1), ("192.0.2.0/24".to_owned(), 16)];
        assert_eq!(all_of("192.0.2.77"), ipv4);
        assert_eq!(all_of("::ffff:192.0.2.77"), ipv4, "however it came");
        let ipv6 = [("2001:db8:1:2345::", 1), ("2001:db8:1:2300::/56", 4), ("2001:db8:1::/48", 16)];
        assert_eq!(all_of("2001:db8:1:2345:6:7:8:9"), ipv6.map(|(network, weight)| (network.to_owned(), weight)));
    }
}
