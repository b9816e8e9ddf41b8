//! The threads that hash passwords: as many as there are cores, and a bounded queue before them in which no client may
//! take more than its share.
//!
//! A hash keeps a core busy for tens of milliseconds. Whatever else is woken on that core would wait for a time slice of
//! the system's to end, several times in each request. So these threads are nicer than the others, which
//! then have more of a core that both want. How soon they have it is the system's to say: Linux 6.18 was seen to let one
//! wait for five milliseconds.

use crate::{Error, metrics::HashMetrics};
use std::collections::HashMap;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Hashes that may wait for a core, for each core. At some 30 ms a hash, the last of them waits two seconds.
const QUEUE_PER_CORE: usize = 64;
/// The part of the queue that one client may fill.
const SHARE: usize = 4;
/// How long memory is kept for the next hash. An idle server is a small one.
const MEMORY_KEPT_FOR: Duration = Duration::from_secs(5);
/// Of 19 (setpriority(2)): it leaves a quarter of a core beside somebody else's work.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// A hash to be done, with the memory of the thread that does it.
type Job<M> = Box<dyn FnOnce(&mut M) + Send>;

/// The pool; `M` is what a thread keeps from one hash to the next. Cheap to clone. The threads end with the last clone.
pub(crate) struct HashPool<M> {
    jobs: flume::Sender<Job<M>>,
    queue: Arc<Queue>,
}

struct Queue {
    places: usize,
    taken: Mutex<Taken>,
    running: AtomicUsize,
    metrics: HashMetrics,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_client: HashMap<IpAddr, usize>,
}

/// A place in the queue; given back when dropped.
struct Ticket {
    queue: Arc<Queue>,
    client: Option<IpAddr>,
}

/// Returns how many passwords are hashed at once: one for each core that the process may use.
pub fn hash_threads() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

impl<M: Default + 'static> HashPool<M> {
    /// # Errors
    /// [`Error::Io`] where no thread can be had.
    pub(crate) fn start() -> Result<Self, Error> {
        Self::keeping_memory_for(MEMORY_KEPT_FOR)
    }

    fn keeping_memory_for(kept_for: Duration) -> Result<Self, Error> {
        let cores = hash_threads();
        let (jobs, waiting) = flume::unbounded();
        for _ in 0..cores {
            let waiting = waiting.clone();
            thread::Builder::new().name("hash".to_owned()).spawn(move || work_off(&waiting, kept_for))?;
        }
        let queue = Queue {
            places: QUEUE_PER_CORE * cores,
            taken: Mutex::default(),
            running: AtomicUsize::new(0),
            metrics: HashMetrics::new(),
        };
        Ok(Self { jobs, queue: Arc::new(queue) })
    }

    /// Runs `hash` as [`HashPool::run`] does, and measures how long it takes.
    ///
    /// # Errors
    /// As [`HashPool::run`].
    pub(crate) async fn hash<T, F>(&self, client: Option<IpAddr>, hash: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut M) -> Result<T, Error> + Send + 'static,
    {
        let queue = Arc::clone(&self.queue);
        self.run(client, move |memory| {
            let begun = Instant::now();
            let done = hash(memory);
            queue.metrics.duration.record(begun.elapsed());
            done
        })
        .await
    }

    /// Runs `work` as soon as a thread is free, with the memory that the thread has kept of its last. Work that no
    /// caller waits for any more when its turn comes is passed over.
    ///
    /// # Errors
    /// [`Error::Busy`] where the queue is full, or the share in it of `client`; [`Error::Interrupted`] where `work`
    /// panicked; every error of `work`.
    pub(crate) async fn run<T, F>(&self, client: Option<IpAddr>, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut M) -> Result<T, Error> + Send + 'static,
    {
        let asked = Instant::now();
        let ticket = Ticket::take(&self.queue, client)?;
        let (answer, answered) = oneshot::channel();
        let job = move |memory: &mut M| {
            if !answer.is_closed() {
                let done = ticket.run_since(asked, || work(memory));
                let _gone = answer.send(done);
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| Error::Interrupted)?;
        answered.await.map_err(|_| Error::Interrupted)?
    }

    /// Measures how long the queue is.
    pub(crate) fn measure(&self) {
        let running = self.queue.running.load(Ordering::Relaxed);
        let waiting = lock(&self.queue.taken).all.saturating_sub(running);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.queue.metrics.running.set(number(running));
        self.queue.metrics.waiting.set(number(waiting));
    }
}

impl<M> Clone for HashPool<M> {
    fn clone(&self) -> Self {
        Self { jobs: self.jobs.clone(), queue: Arc::clone(&self.queue) }
    }
}

/// What a thread does until nobody has the pool any more.
fn work_off<M: Default>(waiting: &flume::Receiver<Job<M>>, kept_for: Duration) {
    be_nice();
    let mut kept: Option<M> = None;
    loop {
        let job = match kept {
            Some(_) => waiting.recv_timeout(kept_for),
            None => waiting.recv().map_err(|flume::RecvError::Disconnected| flume::RecvTimeoutError::Disconnected),
        };
        match job {
            Ok(job) => {
                let memory = kept.get_or_insert_default();
                // Its caller hears of it by an answer that never comes; the thread is needed for the next.
                let _panicked = catch_unwind(AssertUnwindSafe(|| job(memory)));
            }
            Err(flume::RecvTimeoutError::Timeout) => kept = None,
            Err(flume::RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Where the system does not let us, everything works as well and a little slower. A server that was started nicer than
/// this stays so.
#[cfg(target_os = "linux")]
fn be_nice() {
    if rustix::process::getpriority_process(None).is_ok_and(|own| own < NICENESS) {
        let _refused = rustix::process::setpriority_process(None, NICENESS);
    }
}

/// Elsewhere this would be about the whole process.
#[cfg(not(target_os = "linux"))]
fn be_nice() {}

impl Ticket {
    fn take(queue: &Arc<Queue>, client: Option<IpAddr>) -> Result<Self, Error> {
        let mut taken = lock(&queue.taken);
        let held = client.map_or(0, |client| taken.by_client.get(&client).copied().unwrap_or(0));
        let is_full = taken.all >= queue.places;
        if is_full || held >= queue.places / SHARE {
            let refused = if is_full { &queue.metrics.refused_full } else { &queue.metrics.refused_share };
            refused.increment(1);
            return Err(Error::Busy);
        }
        taken.all += 1;
        if let Some(client) = client {
            *taken.by_client.entry(client).or_default() += 1;
        }
        drop(taken);
        Ok(Self { queue: Arc::clone(queue), client })
    }

    /// Runs `work`, whose turn has come, and measures how long it waited for that. The place is given back before the
    /// caller hears how it went, also where it panics.
    fn run_since<T>(self, asked: Instant, work: impl FnOnce() -> T) -> T {
        self.queue.metrics.wait.record(asked.elapsed());
        let _running = Running::one_more(&self.queue.running);
        work()
    }
}

/// One hash that is under way, until it is done or has panicked.
struct Running<'a>(&'a AtomicUsize);

impl<'a> Running<'a> {
    fn one_more(all: &'a AtomicUsize) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(all)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut taken = lock(&self.queue.taken);
        taken.all -= 1;
        if let Some(client) = self.client
            && let Some(held) = taken.by_client.get_mut(&client)
        {
            *held -= 1;
            if *held == 0 {
                taken.by_client.remove(&client);
            }
        }
    }
}

/// A hash that panicked leaves nothing half-written behind a lock of ours.
fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Measured;

    #[tokio::test]
    async fn the_queue_is_bounded_and_shared() -> Result<(), Error> {
        let pool = HashPool::<()>::start()?;
        let places = pool.queue.places;
        let ask = |client: IpAddr| pool.run(Some(client), |()| Ok(()));
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut tickets = Vec::new();
        for _ in 0..places / SHARE {
            tickets.push(Ticket::take(&pool.queue, Some(one))?);
        }
        assert!(matches!(ask(one).await, Err(Error::Busy)), "one client has its share");
        assert!(ask(other).await.is_ok(), "which leaves room for others");
        while tickets.len() < places {
            tickets.push(Ticket::take(&pool.queue, None)?);
        }
        assert!(matches!(ask(other).await, Err(Error::Busy)), "until all is taken");
        tickets.clear();
        assert!(ask(one).await.is_ok());
        assert!(lock(&pool.queue.taken).by_client.is_empty());
        Ok(())
    }

    #[tokio::test]
    async fn what_waits_and_what_is_refused_is_measured() -> Result<(), Error> {
        let measured = Measured::default();
        let pool = measured.collect(HashPool::<()>::start)?;
        let (places, one) = (pool.queue.places, IpAddr::from([192, 0, 2, 1]));
        let mut tickets = Vec::new();
        for _ in 0..places / SHARE {
            tickets.push(Ticket::take(&pool.queue, Some(one))?);
        }
        assert!(pool.run(Some(one), |()| Ok(())).await.is_err());
        while tickets.len() < places {
            tickets.push(Ticket::take(&pool.queue, None)?);
        }
        assert!(pool.run(None, |()| Ok(())).await.is_err());
        let running = Running::one_more(&pool.queue.running);
        pool.measure();
        let figures = measured.take();
        assert_eq!(
            figures.counted(),
            ["auth_password_hashes_refused_total{why=full} 1", "auth_password_hashes_refused_total{why=share} 1"]
        );
        let gauges = ["auth_password_hashes_waiting", "auth_password_hashes_running"].map(|name| figures.gauge(name));
        let number = |count: usize| u32::try_from(count).ok().map(f64::from);
        assert_eq!(gauges, [number(places - 1), number(1)]);
        drop((tickets, running));
        pool.hash(Some(one), |()| Ok(())).await?;
        pool.run(Some(one), |()| Ok(())).await?;
        pool.measure();
        let figures = measured.take();
        assert_eq!((figures.counted().len(), figures.gauge("auth_password_hashes_waiting")), (0, Some(0.0)));
        assert_eq!(figures.histogram("auth_password_hash_wait_seconds").len(), 2);
        assert_eq!(figures.histogram("auth_password_hash_duration_seconds").len(), 1, "other work is no hash");
        Ok(())
    }

    #[tokio::test]
    async fn a_hash_that_panics_takes_no_thread_along() -> Result<(), Error> {
        let pool = HashPool::<()>::start()?;
        for _ in 0..=thread::available_parallelism()?.get() {
            let panicked = pool.run(None, |()| -> Result<(), Error> { panic!("on purpose") }).await;
            assert!(matches!(panicked, Err(Error::Interrupted)));
        }
        assert!(pool.run(None, |()| Ok(7)).await.is_ok_and(|seven| seven == 7));
        assert_eq!((lock(&pool.queue.taken).all, pool.queue.running.load(Ordering::Relaxed)), (0, 0));
        Ok(())
    }

    #[tokio::test]
    async fn whoever_went_away_is_passed_over() -> Result<(), Error> {
        let pool = HashPool::<u32>::start()?;
        let (go, wait) = flume::unbounded::<()>();
        let cores = thread::available_parallelism()?.get();
        let busy: Vec<_> = (0..cores)
            .map(|_| {
                let (pool, wait) = (pool.clone(), wait.clone());
                tokio::spawn(async move { pool.run(None, move |_| Ok(wait.recv().is_ok())).await })
            })
            .collect();
        while !pool.jobs.is_empty() || lock(&pool.queue.taken).all < cores {
            tokio::task::yield_now().await;
        }
        let (note, done) = flume::unbounded::<()>();
        let gone = pool.run(None, move |_| {
            let _ = note.send(());
            Ok(())
        });
        let mut gone = Box::pin(gone);
        assert!(futures::poll!(&mut gone).is_pending());
        drop(gone);
        for _ in 0..cores {
            go.send(()).map_err(|_| Error::Interrupted)?;
        }
        for busy in busy {
            assert!(busy.await.map_err(|_| Error::Interrupted)??);
        }
        assert!(done.recv_async().await.is_err(), "the job was dropped without being done");
        while lock(&pool.queue.taken).all > 0 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    #[tokio::test]
    async fn memory_is_kept_for_the_next_and_then_given_back() -> Result<(), Error> {
        let counts = |pool: HashPool<usize>| async move {
            pool.run(None, |count| {
                *count += 1;
                Ok(*count)
            })
            .await
        };
        let keeping = HashPool::start()?;
        let mut most = 0;
        while most < 2 {
            most = most.max(counts(keeping.clone()).await?);
        }
        let forgetting = HashPool::keeping_memory_for(Duration::ZERO)?;
        while counts(forgetting.clone()).await? != 1 {}
        Ok(())
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn its_threads_are_nicer_than_others() -> Result<(), Error> {
        let own = rustix::process::getpriority_process(None).map_err(std::io::Error::from)?;
        let theirs = HashPool::<()>::start()?
            .run(None, |()| Ok(rustix::process::getpriority_process(None).map_err(std::io::Error::from)?))
            .await?;
        assert_eq!(theirs, NICENESS.max(own));
        Ok(())
    }
}
