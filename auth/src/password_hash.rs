//! Argon2id (RFC 9106) on a bounded pool: no more hashes at once than cores, and a bounded queue before them in which
//! no client may take more than its share.

use crate::{Error, metrics::HashMetrics, secret::random};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Requests that may wait for a core, for each core. At some 30 ms a hash, the last of them waits two seconds.
const QUEUE_PER_CORE: usize = 64;
/// The part of the queue that one client may fill.
const SHARE: usize = 4;
const SALT_BYTES: usize = 16;
/// How long memory is kept for the next hash.
const MEMORY_KEPT_FOR: Duration = Duration::from_secs(5);
/// Blocks (of 1 KiB) that are reserved for a hash. Beyond 32 MiB an allocation is a mapping of its own in every case
/// (mallopt(3), `M_MMAP_THRESHOLD`), which goes back to the system when it is freed; what is reserved and never
/// touched takes no memory.
const OWN_MAPPING: usize = 32 * 1024 + 1;

/// The cost of a hash (RFC 9106, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Argon2Cost {
    /// What OWASP's Password Storage Cheat Sheet asks for: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// What verifying a password found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verified {
    /// It is another password.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, hashed at another cost than is configured now; here is the hash to keep instead.
    Rehashed(String),
}

/// The pool. Cheap to clone.
#[derive(Clone)]
pub(crate) struct PasswordHasher(Arc<Pool>);

struct Pool {
    params: Params,
    /// How many hashes at once.
    width: usize,
    cores: Arc<Semaphore>,
    queue: Mutex<Queue>,
    places: usize,
    /// Memory of finished hashes, for the next ones: getting fresh pages from the system takes up to a quarter of a hash. Given
    /// back when nobody has signed in for a while, so that an idle server is a small one.
    memory: Mutex<Vec<Vec<Block>>>,
    kept_for: Duration,
    /// How many hashes were begun.
    begun: AtomicU64,
    metrics: HashMetrics,
    /// Verified in place of an unknown user's hash, so that both cost the same.
    dummy: String,
}

#[derive(Default)]
struct Queue {
    waiting: usize,
    by_client: HashMap<IpAddr, usize>,
}

/// A place in the queue; given back when dropped.
struct Ticket {
    pool: Arc<Pool>,
    client: Option<IpAddr>,
}

impl PasswordHasher {
    /// # Errors
    /// [`Error::Crypto`] where Argon2 does not accept the cost.
    pub(crate) fn new(cost: Argon2Cost) -> Result<Self, Error> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|_| Error::Crypto("Argon2 does not accept these parameters"))?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let mut pool = Pool {
            params,
            width: cores,
            cores: Arc::new(Semaphore::new(cores)),
            queue: Mutex::default(),
            places: QUEUE_PER_CORE * cores,
            memory: Mutex::default(),
            begun: AtomicU64::new(0),
            metrics: HashMetrics::new(),
            kept_for: MEMORY_KEPT_FOR,
            dummy: String::new(),
        };
        // Any output will do: no password is compared with it but in vain.
        pool.dummy = pool.phc(&random::<SALT_BYTES>()?, &random::<32>()?)?;
        Ok(Self(Arc::new(pool)))
    }

    /// Hashes a new password for `client`.
    pub(crate) async fn hash(&self, password: SecretString, client: Option<IpAddr>) -> Result<String, Error> {
        self.run(client, move |pool| pool.hash(password.expose_secret())).await
    }

    /// Compares `password` with `hash`, or with nobody's at the same cost.
    pub(crate) async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
        client: Option<IpAddr>,
    ) -> Result<Verified, Error> {
        self.run(client, move |pool| {
            let known = hash.is_some();
            let verified = pool.verify(password.expose_secret(), hash.as_ref().unwrap_or(&pool.dummy))?;
            Ok(if known { verified } else { Verified::Wrong })
        })
        .await
    }

    /// Measures how long the queue is.
    pub(crate) fn measure(&self) {
        let running = self.0.width - self.0.cores.available_permits();
        let waiting = lock(&self.0.queue).waiting.saturating_sub(running);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.0.metrics.running.set(number(running));
        self.0.metrics.waiting.set(number(waiting));
    }

    /// Runs `work` on a blocking thread of its own as soon as a core is free. The hashing task owns core and place,
    /// so a caller that goes away cannot make room for more hashes than there are cores.
    async fn run<T, F>(&self, client: Option<IpAddr>, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Pool) -> Result<T, Error> + Send + 'static,
    {
        let asked = Instant::now();
        let ticket = Ticket::take(&self.0, client)?;
        let core = Arc::clone(&self.0.cores).acquire_owned().await.map_err(|_| Error::Interrupted)?;
        tokio::task::spawn_blocking(move || {
            let pool = Arc::clone(&ticket.pool);
            let begun = Instant::now();
            pool.metrics.wait.record(begun - asked);
            let number = pool.begun.fetch_add(1, Ordering::SeqCst) + 1;
            let done = work(&pool);
            pool.metrics.duration.record(begun.elapsed());
            drop(ticket);
            drop(core);
            Handle::current().spawn(pool.forget_memory_after(number));
            done
        })
        .await
        .map_err(|_| Error::Interrupted)?
    }
}

impl Pool {
    fn hash(&self, password: &str) -> Result<String, Error> {
        let salt = random::<SALT_BYTES>()?;
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        self.fill(&self.params, password, &salt, &mut output)?;
        self.phc(&salt, &output)
    }

    fn verify(&self, password: &str, hash: &str) -> Result<Verified, Error> {
        let unreadable = Error::Crypto("a stored password hash cannot be read");
        let hash = PasswordHash::new(hash).map_err(|_| unreadable.clone())?;
        let params = Params::try_from(&hash).map_err(|_| unreadable.clone())?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else { return Err(unreadable) };
        let mut output = vec![0; expected.len()];
        self.fill(&params, password, &salt, &mut output)?;
        if !bool::from(output.ct_eq(expected.as_bytes())) {
            return Ok(Verified::Wrong);
        }
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        if cost(&params) == cost(&self.params) {
            return Ok(Verified::Right);
        }
        self.hash(password).map(Verified::Rehashed)
    }

    fn fill(&self, params: &Params, password: &str, salt: &[u8], output: &mut [u8]) -> Result<(), Error> {
        let mut memory = lock(&self.memory).pop().unwrap_or_else(|| Vec::with_capacity(OWN_MAPPING));
        memory.resize(params.block_count(), Block::default());
        let filled = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone()).hash_password_into_with_memory(
            password.as_bytes(),
            salt,
            output,
            &mut memory,
        );
        lock(&self.memory).push(memory);
        filled.map_err(|_| Error::Crypto("Argon2 failed"))
    }

    /// Gives the memory back, unless a hash was begun after hash `number`.
    async fn forget_memory_after(self: Arc<Self>, number: u64) {
        tokio::time::sleep(self.kept_for).await;
        if self.begun.load(Ordering::SeqCst) == number {
            lock(&self.memory).clear();
        }
    }

    fn phc(&self, salt: &[u8], output: &[u8]) -> Result<String, Error> {
        let unwritable = Error::Crypto("a password hash cannot be written");
        Ok(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.params).map_err(|_| unwritable.clone())?,
            salt: Some(Salt::new(salt).map_err(|_| unwritable.clone())?),
            hash: Some(Output::new(output).map_err(|_| unwritable)?),
        }
        .to_string())
    }
}

impl Ticket {
    fn take(pool: &Arc<Pool>, client: Option<IpAddr>) -> Result<Self, Error> {
        let mut queue = lock(&pool.queue);
        let held = client.map_or(0, |client| queue.by_client.get(&client).copied().unwrap_or(0));
        let is_full = queue.waiting >= pool.places;
        if is_full || held >= pool.places / SHARE {
            let refused = if is_full { &pool.metrics.refused_full } else { &pool.metrics.refused_share };
            refused.increment(1);
            return Err(Error::Busy);
        }
        queue.waiting += 1;
        if let Some(client) = client {
            *queue.by_client.entry(client).or_default() += 1;
        }
        drop(queue);
        Ok(Self { pool: Arc::clone(pool), client })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut queue = lock(&self.pool.queue);
        queue.waiting -= 1;
        if let Some(client) = self.client
            && let Some(held) = queue.by_client.get_mut(&client)
        {
            *held -= 1;
            if *held == 0 {
                queue.by_client.remove(&client);
            }
        }
    }
}

/// A hash that panicked leaves nothing half-written behind a lock of ours.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Measured;

    const CHEAP: Argon2Cost = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };

    #[tokio::test]
    async fn a_password_is_taken_exactly_as_typed() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        let hash = hasher.hash(" kettle orbit mango ".into(), None).await?;
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let verify = |password: &str| hasher.verify(password.into(), Some(hash.clone()), None);
        assert_eq!(verify(" kettle orbit mango ").await?, Verified::Right);
        assert_eq!(verify("kettle orbit mango").await?, Verified::Wrong);
        assert_eq!(verify(" Kettle orbit mango ").await?, Verified::Wrong);
        Ok(())
    }

    #[tokio::test]
    async fn nobody_has_no_password() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        assert_eq!(hasher.verify("kettle orbit mango".into(), None, None).await?, Verified::Wrong);
        Ok(())
    }

    #[tokio::test]
    async fn another_cost_means_a_new_hash() -> Result<(), Error> {
        let old = PasswordHasher::new(CHEAP)?.hash("kettle orbit mango".into(), None).await?;
        let hasher = PasswordHasher::new(Argon2Cost { passes: 2, ..CHEAP })?;
        let Verified::Rehashed(new) = hasher.verify("kettle orbit mango".into(), Some(old.clone()), None).await? else {
            return Err(Error::Crypto("not hashed anew"));
        };
        assert!(new.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{new}");
        assert_eq!(hasher.verify("kettle orbit mango".into(), Some(new), None).await?, Verified::Right);
        assert_eq!(hasher.verify("another".into(), Some(old), None).await?, Verified::Wrong);
        Ok(())
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_shared() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        let places = hasher.0.places;
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut tickets = Vec::new();
        for _ in 0..places / SHARE {
            tickets.push(Ticket::take(&hasher.0, Some(one))?);
        }
        assert!(matches!(hasher.hash("x".into(), Some(one)).await, Err(Error::Busy)), "one client has its share");
        assert!(hasher.hash("x".into(), Some(other)).await.is_ok(), "which leaves room for others");
        while tickets.len() < places {
            tickets.push(Ticket::take(&hasher.0, None)?);
        }
        assert!(matches!(hasher.hash("x".into(), Some(other)).await, Err(Error::Busy)), "until all is taken");
        tickets.clear();
        assert!(hasher.hash("x".into(), Some(one)).await.is_ok());
        assert!(lock(&hasher.0.queue).by_client.is_empty());
        Ok(())
    }

    #[tokio::test]
    async fn what_waits_and_what_is_refused_is_measured() -> Result<(), Error> {
        let measured = Measured::default();
        let hasher = measured.collect(|| PasswordHasher::new(CHEAP))?;
        let (places, one) = (hasher.0.places, IpAddr::from([192, 0, 2, 1]));
        let mut tickets = Vec::new();
        for _ in 0..places / SHARE {
            tickets.push(Ticket::take(&hasher.0, Some(one))?);
        }
        assert!(hasher.hash("x".into(), Some(one)).await.is_err());
        while tickets.len() < places {
            tickets.push(Ticket::take(&hasher.0, None)?);
        }
        assert!(hasher.hash("x".into(), None).await.is_err());
        let cores: Vec<_> = (0..hasher.0.width).filter_map(|_| hasher.0.cores.try_acquire().ok()).collect();
        hasher.measure();
        let figures = measured.take();
        assert_eq!(
            figures.counted(),
            ["auth_password_hashes_refused_total{why=full} 1", "auth_password_hashes_refused_total{why=share} 1"]
        );
        let gauges = ["auth_password_hashes_waiting", "auth_password_hashes_running"].map(|name| figures.gauge(name));
        let number = |count: usize| u32::try_from(count).ok().map(f64::from);
        assert_eq!(gauges, [number(places - cores.len()), number(cores.len())]);
        drop((tickets, cores));
        hasher.hash("x".into(), Some(one)).await?;
        hasher.measure();
        let figures = measured.take();
        assert_eq!((figures.counted().len(), figures.gauge("auth_password_hashes_waiting")), (0, Some(0.0)));
        assert_eq!(figures.histogram("auth_password_hash_duration_seconds").len(), 1);
        Ok(())
    }

    #[tokio::test]
    async fn an_idle_pool_holds_no_memory() -> Result<(), Error> {
        let mut hasher = PasswordHasher::new(CHEAP)?;
        Arc::get_mut(&mut hasher.0).ok_or(Error::Interrupted)?.kept_for = Duration::from_millis(20);
        let hashing = (0..8).map(|_| hasher.hash("kettle orbit mango".into(), None));
        for hash in futures::future::join_all(hashing).await {
            hash?;
        }
        tokio::time::timeout(Duration::from_secs(10), async {
            while !lock(&hasher.0.memory).is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .map_err(|_| Error::Interrupted)
    }
}
