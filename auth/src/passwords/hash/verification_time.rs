//! How long the refusal of a wrong password takes: the same for every account, and for an address that has none.
//!
//! A hash keeps the cost that was configured when it was made, and an address without an account is verified at today's.
//! So after a change of the cost, the time of a refusal would tell which addresses have an account. Here the cheaper
//! verification goes on hashing until it has taken as long as the dearer one took last. Counting memory and passes
//! instead is not exact enough: a pass over memory that the cache holds is several per cent faster than another.

use crate::error::Error;
use argon2::Params;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many times the shortest one of its cost is the longest that a verification counts for: a stall of the machine must
/// not become the time of every refusal.
const STALLED_AFTER: u32 = 4;
/// Memory of one step of making up for a difference, in KiB: some 20 µs.
const STEP_KIB: u32 = 64;

/// The dearest cost that a verification had since the start, and how long the last one of that cost took.
pub(crate) struct VerificationTime(Mutex<Dearest>);

#[derive(Clone)]
struct Dearest {
    params: Params,
    took: Option<Duration>,
    /// How long the shortest one took.
    shortest: Duration,
}

impl VerificationTime {
    /// `params` are those that are configured.
    pub(crate) fn new(params: Params) -> Self {
        Self(Mutex::new(Dearest { params, took: None, shortest: Duration::MAX }))
    }

    /// How long the last verification of the dearest cost took; zero where there was none.
    #[cfg(test)]
    pub(crate) fn dearest(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).took.unwrap_or_default()
    }

    /// Records that a verification at the cost of `params` took so long.
    pub(crate) fn record(&self, params: &Params, took: Duration) {
        let mut dearest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = cost(params) == cost(&dearest.params);
        if is_same || work(params) > work(&dearest.params) {
            let shortest = if is_same { dearest.shortest.min(took) } else { took };
            let took = took.min(shortest.saturating_mul(STALLED_AFTER));
            *dearest = Dearest { params: params.clone(), took: Some(took), shortest };
        }
    }

    /// Calls `hash` until the verification at the cost of `params` that began at `begun` has taken as long as one of
    /// the dearest cost. The first time, when the duration of that is not known yet, it measures one and so takes
    /// longer.
    pub(crate) fn make_up(
        &self,
        params: &Params,
        begun: Instant,
        mut hash: impl FnMut(&Params) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let dearest = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if cost(params) == cost(&dearest.params) {
            return Ok(());
        }
        let Some(took) = dearest.took else {
            let begun = Instant::now();
            hash(&dearest.params)?;
            self.record(&dearest.params, begun.elapsed());
            return Ok(());
        };
        let step = Params::new(STEP_KIB, 1, 1, None).map_err(|_| Error::Crypto("Argon2 does not accept the step"))?;
        while begun.elapsed() < took {
            hash(&step)?;
        }
        Ok(())
    }
}

/// What tells two costs apart.
pub(crate) fn cost(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

/// KiB that are written in all passes: by far the most of what a hash takes.
fn work(params: &Params) -> u64 {
    u64::from(params.m_cost()) * u64::from(params.t_cost())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(memory_kib: u32, passes: u32) -> Result<Params, Error> {
        Params::new(memory_kib, passes, 1, None).map_err(|_| Error::Crypto("test parameters"))
    }

    #[test]
    fn a_cheaper_verification_goes_on_until_it_has_taken_as_long() -> Result<(), Error> {
        let (cheap, configured) = (params(64, 1)?, params(128, 2)?);
        let time = VerificationTime::new(configured.clone());
        let make_up_by = |time: &VerificationTime, params: &Params, begun: Instant| {
            let mut hashed = Vec::new();
            time.make_up(params, begun, |params| {
                hashed.push(cost(params));
                Ok(())
            })?;
            Ok::<_, Error>(hashed)
        };
        let unmeasured = VerificationTime::new(configured.clone());
        assert_eq!(make_up_by(&unmeasured, &cheap, Instant::now())?, [(128, 2, 1)], "measures one where none was");
        let make_up = |params: &Params, begun: Instant| make_up_by(&time, params, begun);
        time.record(&configured, Duration::from_millis(20));
        let begun = Instant::now();
        assert!(!make_up(&cheap, begun)?.is_empty());
        assert!(begun.elapsed() >= Duration::from_millis(20));
        assert!(make_up(&configured, Instant::now())?.is_empty());
        Ok(())
    }

    #[test]
    fn only_the_dearest_cost_is_the_measure() -> Result<(), Error> {
        let time = VerificationTime::new(params(128, 2)?);
        let recorded = |params: &Params, millis| {
            time.record(params, Duration::from_millis(millis));
            time.dearest().as_millis()
        };
        assert_eq!(recorded(&params(64, 1)?, 5), 0, "a cheaper one says nothing");
        assert_eq!(recorded(&params(128, 2)?, 20), 20);
        assert_eq!(recorded(&params(128, 2)?, 15), 15, "the last one counts");
        assert_eq!(recorded(&params(128, 2)?, 900), 60, "a stall counts for four times the shortest");
        assert_eq!(recorded(&params(128, 3)?, 30), 30, "dearer than configured");
        assert_eq!(recorded(&params(128, 2)?, 10), 30);
        Ok(())
    }
}
