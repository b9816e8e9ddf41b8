//! The bounded queue before the hash threads: two lanes, and a share for each client in each of them.
//!
//! Neither lane may take more than three quarters of the places, so that strangers cannot close sign-in for people on
//! known devices, nor the other way round. A wider network has a larger share than a single client.

use crate::{
    clients::{client::Client, network::Network},
    error::Error,
    passwords::pool::metrics::HashMetrics,
};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hashes that may wait for a thread, for each thread. At some 30 ms a hash, the last of them waits two seconds.
const PLACES_PER_CORE: usize = 64;
/// Each lane leaves one part in so many to the other.
const LEFT_TO_THE_OTHER: usize = 4;
/// The shares are so many parts of the queue: two for a client, three for a /56, four for a /48 and the /24 of IPv4.
const PARTS: usize = 16;

/// A part of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    /// People on a device that the account knows, and within a session.
    Known,
    /// Everyone else.
    Stranger,
}

/// For whom something is hashed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requester {
    pub(crate) address: Option<IpAddr>,
    pub(crate) lane: Lane,
}

impl From<Option<IpAddr>> for Requester {
    fn from(address: Option<IpAddr>) -> Self {
        Self { address, lane: Lane::Stranger }
    }
}

impl Requester {
    /// Who holds a session of the account, or a link that was mailed to its owner.
    pub(crate) fn owner(client: &Client) -> Self {
        Self { address: client.address, lane: Lane::Known }
    }
}

pub(crate) struct Queue {
    pub(crate) places: usize,
    taken: Mutex<Taken>,
    pub(crate) running: AtomicUsize,
    pub(crate) metrics: HashMetrics,
}

#[derive(Default)]
struct Taken {
    known: usize,
    strangers: usize,
    networks: HashMap<(Lane, Network), usize>,
}

impl Taken {
    fn of(&mut self, lane: Lane) -> &mut usize {
        match lane {
            Lane::Known => &mut self.known,
            Lane::Stranger => &mut self.strangers,
        }
    }

    fn all(&self) -> usize {
        self.known + self.strangers
    }
}

/// A place in the queue; given back when dropped.
pub(crate) struct Place {
    pub(crate) queue: Arc<Queue>,
    pub(crate) lane: Lane,
    address: Option<IpAddr>,
}

impl Queue {
    pub(crate) fn new(cores: usize) -> Self {
        Self {
            places: PLACES_PER_CORE * cores,
            taken: Mutex::default(),
            running: AtomicUsize::new(0),
            metrics: HashMetrics::new(),
        }
    }

    /// How many wait or are being hashed.
    pub(crate) fn taken(&self) -> usize {
        self.lock().all()
    }

    /// Places that a lane may take.
    fn bound_of_lane(&self) -> usize {
        self.places - self.places / LEFT_TO_THE_OTHER
    }

    /// Places that a network may take.
    fn share(&self, network: &Network) -> usize {
        let parts = 2 + network.weight.max(1).ilog(4) as usize;
        (self.places * parts / PARTS).max(1)
    }

    /// Work that panicked leaves nothing half-written behind a lock of ours.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// # Errors
    /// [`Error::Busy`] where the queue is full, or the share in it of `client`.
    pub(crate) fn take(queue: &Arc<Queue>, Requester { address, lane }: Requester) -> Result<Self, Error> {
        let networks = address.map(Network::all_of).unwrap_or_default();
        let mut taken = queue.lock();
        if taken.all() >= queue.places || *taken.of(lane) >= queue.bound_of_lane() {
            queue.metrics.refused_full.increment(1);
            return Err(Error::Busy);
        }
        let held = |network: &Network| taken.networks.get(&(lane, *network)).copied().unwrap_or(0);
        if networks.iter().any(|network| held(network) >= queue.share(network)) {
            queue.metrics.refused_share.increment(1);
            return Err(Error::Busy);
        }
        *taken.of(lane) += 1;
        for network in networks {
            *taken.networks.entry((lane, network)).or_default() += 1;
        }
        drop(taken);
        Ok(Self { queue: Arc::clone(queue), lane, address })
    }

    /// Exchanges this place for one among strangers, where the account does not know the device.
    ///
    /// # Errors
    /// As [`Place::take`].
    pub(crate) fn among_strangers(self) -> Result<Self, Error> {
        match self.lane {
            Lane::Known => Self::take(&self.queue, Requester { address: self.address, lane: Lane::Stranger }),
            Lane::Stranger => Ok(self),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.queue.lock();
        *taken.of(self.lane) -= 1;
        for network in self.address.map(Network::all_of).unwrap_or_default() {
            let key = (self.lane, network);
            if let Some(held) = taken.networks.get_mut(&key) {
                *held -= 1;
                if *held == 0 {
                    taken.networks.remove(&key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: usize = 64;

    fn queue() -> Arc<Queue> {
        Arc::new(Queue::new(PLACES / PLACES_PER_CORE))
    }

    /// Places until there is no other for the next client.
    fn fill(queue: &Arc<Queue>, lane: Lane, mut address: impl FnMut(u16) -> Option<IpAddr>) -> Vec<Place> {
        (0..).map_while(|number| Place::take(queue, Requester { address: address(number), lane }).ok()).collect()
    }

    fn ipv6(subnet: u16) -> IpAddr {
        IpAddr::from([0x2001, 0xdb8, 1, subnet, 0, 0, 0, 1])
    }

    #[test]
    fn a_network_has_a_share_by_its_width() {
        for (share, address) in [
            (PLACES / 8, (|_| Some(IpAddr::from([192, 0, 2, 1]))) as fn(u16) -> Option<IpAddr>),
            (PLACES / 4, |number| Some(IpAddr::from([192, 0, 2, u8::try_from(number).unwrap_or_default()]))),
            (PLACES / 8, |_| Some(ipv6(1))),
            (PLACES * 3 / 16, |number| Some(ipv6(number))),
            (PLACES / 4, |number| Some(ipv6(number * 256))),
        ] {
            let queue = queue();
            let taken = fill(&queue, Lane::Stranger, address);
            assert_eq!(taken.len(), share);
            let elsewhere = Requester::from(Some(IpAddr::from([203, 0, 113, 1])));
            assert!(Place::take(&queue, elsewhere).is_ok(), "which leaves room for others");
            drop(taken);
            assert!(queue.lock().networks.is_empty() && queue.taken() == 0);
        }
    }

    #[test]
    fn each_lane_leaves_a_quarter_to_the_other() -> Result<(), Error> {
        let queue = queue();
        let strangers = fill(&queue, Lane::Stranger, |_| None);
        assert_eq!(strangers.len(), PLACES * 3 / 4);
        let known = Place::take(&queue, Requester { address: None, lane: Lane::Known })?;
        assert!(matches!(known.among_strangers(), Err(Error::Busy)), "a stranger after all");
        let known = fill(&queue, Lane::Known, |_| None);
        assert_eq!(known.len(), PLACES / 4);
        drop(strangers);
        assert_eq!(fill(&queue, Lane::Known, |_| None).len(), PLACES / 2, "known devices may have three quarters");
        drop(known);
        let known = fill(&queue, Lane::Known, |_| None);
        assert_eq!(known.len(), PLACES * 3 / 4);
        assert_eq!(fill(&queue, Lane::Stranger, |_| None).len(), PLACES / 4, "strangers have the rest");
        Ok(())
    }
}
