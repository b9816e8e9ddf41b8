//! What a client address does too often, counted in this process's memory, because counting must cost no write: refresh
//! tokens that are none of ours (each costs a database read), and flows that are begun (each
//! is a row). Mailed links that are refused are counted alike.

use crate::{
    clients::network::Network,
    clock::{MINUTE, Millis, SECOND},
    throttle::{memory_counters::MemoryCounters, rule::Rule},
};
use std::net::IpAddr;

/// Counters of client addresses and of the networks that they are in, which have larger budgets.
pub(crate) struct AddressCounters(MemoryCounters<Network>);

impl AddressCounters {
    /// `free` forged tokens an address are looked at without a wait.
    pub(crate) fn of_forged_tokens(free: u32) -> Self {
        // Short waits: the honest clients behind the same address wait, too.
        Self::new(Rule { free, regained_every: SECOND, longest: MINUTE })
    }

    /// `free` flows an address are begun, and one more each minute.
    pub(crate) fn of_begun_flows(free: u32) -> Self {
        Self::new(Rule { free, regained_every: MINUTE, longest: MINUTE })
    }

    /// `free` refused mailed links an address are looked at without a wait, which is as short.
    pub(crate) fn of_refused_links(free: u32) -> Self {
        Self::of_forged_tokens(free)
    }

    /// `free` sign-ins an address are let to the hash, and one more each second.
    pub(super) fn of_sign_ins(free: u32) -> Self {
        Self::new(Rule { free, regained_every: SECOND, longest: MINUTE })
    }

    /// `free` refusals an address are written into the table of events, and one more each minute.
    pub(crate) fn of_kept_refusals(free: u32) -> Self {
        Self::new(Rule { free, regained_every: MINUTE, longest: MINUTE })
    }

    /// Counts one, unless the address has to wait: then `false`.
    pub(crate) fn allows(&self, address: IpAddr, now: Millis) -> bool {
        let allows = self.wait(address, now) == 0;
        if allows {
            self.count(address, now);
        }
        allows
    }

    fn new(rule: Rule) -> Self {
        Self(MemoryCounters::new(rule))
    }

    /// How long the address has to wait, in milliseconds; zero where it need not.
    pub(crate) fn wait(&self, address: IpAddr, now: Millis) -> Millis {
        let waits = Network::all_of(address).into_iter().map(|network| self.0.wait(&network, network.weight, now));
        waits.max().unwrap_or_default()
    }

    /// Counts one; whether a wait has begun by it.
    pub(crate) fn count(&self, address: IpAddr, now: Millis) -> bool {
        let networks = Network::all_of(address).into_iter();
        networks.map(|network| self.0.count(network, network.weight, now)).fold(false, |any, begun| any | begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_alone_and_is_told_once() {
        let (forged, one, other) =
            (AddressCounters::of_forged_tokens(2), IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let begun: Vec<_> = (0..5).map(|_| forged.count(one, 0)).collect();
        assert_eq!(begun, [false, false, true, false, false]);
        assert_eq!((forged.wait(one, 0), forged.wait(one, SECOND), forged.wait(other, 0)), (SECOND, 0, 0));
    }

    #[test]
    fn a_network_waits_when_many_of_its_clients_have_used_up_its_budget() {
        let forged = AddressCounters::of_forged_tokens(1);
        let ipv6 = |network: u16, subnet: u16| IpAddr::from([0x2001, 0xdb8, network, subnet, 0, 0, 0, 1]);
        for subnet in 0..17 {
            assert_eq!(forged.wait(ipv6(1, subnet * 256), 0), 0, "{subnet}");
            forged.count(ipv6(1, subnet * 256), 0);
        }
        assert!(forged.wait(ipv6(1, 0xf000), 0) > 0);
        assert_eq!(forged.wait(ipv6(2, 0xf000), 0), 0);
    }
}
