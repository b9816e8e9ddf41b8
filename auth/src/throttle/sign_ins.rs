//! Bounds how many sign-ins reach the password hash, whether they succeed or not. A guess is counted in the database; a
//! sign-in to one's own account is no guess, but keeps the hash threads busy.
//!
//! The counters stay in this process's memory, like the queue that they protect: counting must cost no query.

use crate::{
    clients::client::Client,
    clock::{MINUTE, Millis},
    passwords::pool::queue::Lane,
    throttle::{Throttle, address_counters::AddressCounters, memory_counters::MemoryCounters, rule::Rule},
};

/// How many times more sign-ins are free than failed tries: a whole office signs in in the morning.
pub(crate) const SIGN_INS_FOR_A_TRY: u32 = 10;
/// How many times more sign-ins a network has in the lane of known devices than strangers in it have in all.
pub(crate) const KNOWN_FOR_A_STRANGER: u32 = 4;

/// Counters of sign-ins: by device where the account knows it, else by network. So a neighbour cannot use up the budget
/// of a known device.
pub(crate) struct SignIns {
    known: MemoryCounters<String>,
    /// Sign-ins from known devices by network. Past this budget they wait among strangers.
    known_networks: AddressCounters,
    strangers: AddressCounters,
}

impl SignIns {
    pub(crate) fn new(throttle: Throttle) -> Self {
        let free = throttle.free_per_account.saturating_mul(SIGN_INS_FOR_A_TRY);
        let strangers = throttle.free_per_address.saturating_mul(SIGN_INS_FOR_A_TRY);
        Self {
            known: MemoryCounters::new(Rule { free, regained_every: MINUTE, longest: MINUTE }),
            known_networks: AddressCounters::of_sign_ins(strangers.saturating_mul(KNOWN_FOR_A_STRANGER)),
            strangers: AddressCounters::of_sign_ins(strangers),
        }
    }

    pub(crate) fn wait(&self, known: Option<&String>, client: &Client, now: Millis) -> Millis {
        match (known, client.address) {
            (Some(known), _) => self.known.wait(known, 1, now),
            (None, Some(address)) => self.strangers.wait(address, now),
            (None, None) => 0,
        }
    }

    /// The lane of a sign-in. Anyone can make accounts, and so known devices, in any number: one network must not fill
    /// the lane with them.
    pub(crate) fn lane(&self, known: Option<&String>, client: &Client, now: Millis) -> Lane {
        let has_budget = |address| self.known_networks.wait(address, now) == 0;
        if known.is_some() && client.address.is_none_or(has_budget) { Lane::Known } else { Lane::Stranger }
    }

    pub(crate) fn count(&self, known: Option<&String>, client: &Client, now: Millis) -> bool {
        match (known, client.address) {
            (Some(known), address) => {
                if let Some(address) = address {
                    let _network_waits = self.known_networks.count(address, now);
                }
                self.known.count(known.clone(), 1, now)
            }
            (None, Some(address)) => self.strangers.count(address, now),
            (None, None) => false,
        }
    }
}
