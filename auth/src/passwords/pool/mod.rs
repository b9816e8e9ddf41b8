//! The threads that hash passwords: as many as there are cores, each taking whose turn is next from the bounded queue.
//!
//! A hash keeps a core busy for tens of milliseconds. Whatever else is woken on that core would wait for a time slice of
//! the system's to end, several times in each request. So these threads are nicer than the others, which
//! then have more of a core that both want. How soon they have it is the system's to say: Linux 6.18 was seen to let one
//! wait for five milliseconds.

mod metrics;
pub(crate) mod queue;
mod turns;

use crate::{
    error::Error,
    passwords::pool::{
        queue::{Lane, Place, Queue, Requester},
        turns::{Jobs, KNOWN_EXPECTED_FOR, Waiting, jobs},
    },
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long memory is kept for the next hash. An idle server is a small one.
const MEMORY_KEPT_FOR: Duration = Duration::from_secs(5);
/// Of 19 (setpriority(2)): it leaves a quarter of a core beside other work.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// The pool; `M` is what a thread keeps from one hash to the next. Cheap to clone. The threads end with the last clone.
pub(crate) struct HashPool<M> {
    jobs: Jobs<M>,
    queue: Arc<Queue>,
}

/// Returns how many passwords are hashed at once: one for each core that the process may use.
pub fn hash_threads() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

impl<M: Default + 'static> HashPool<M> {
    /// # Errors
    /// [`Error::Io`] where no thread can be had.
    pub(crate) fn start() -> Result<Self, Error> {
        Self::with(hash_threads(), MEMORY_KEPT_FOR, KNOWN_EXPECTED_FOR)
    }

    fn with(threads: usize, memory_kept_for: Duration, known_expected_for: Duration) -> Result<Self, Error> {
        let (jobs, waiting) = jobs(known_expected_for);
        let waiting = Arc::new(waiting);
        for _ in 0..threads {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("hash".to_owned()).spawn(move || work_off(&waiting, memory_kept_for))?;
        }
        Ok(Self { jobs, queue: Arc::new(Queue::new(threads)) })
    }

    /// A place in the queue.
    ///
    /// # Errors
    /// [`Error::Busy`] where it is full, or the share in it of `client`.
    pub(crate) fn place(&self, requester: Requester) -> Result<Place, Error> {
        Place::take(&self.queue, requester)
    }

    /// Runs `hash` as [`HashPool::run`] does, and measures how long it takes.
    ///
    /// # Errors
    /// As [`HashPool::run`].
    pub(crate) async fn hash<T, F>(&self, place: Place, hash: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut M) -> Result<T, Error> + Send + 'static,
    {
        let queue = Arc::clone(&self.queue);
        self.run(place, move |memory| {
            let begun = Instant::now();
            let done = hash(memory);
            queue.metrics.duration.record(begun.elapsed());
            done
        })
        .await
    }

    /// Runs `work` when it is the turn of `place`, with the memory that the thread has kept of its last. Work that no
    /// caller waits for any more when its turn comes is passed over.
    ///
    /// # Errors
    /// [`Error::Interrupted`] where `work` panicked; every error of `work`.
    pub(crate) async fn run<T, F>(&self, place: Place, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut M) -> Result<T, Error> + Send + 'static,
    {
        let asked = Instant::now();
        let lane = place.lane;
        let (answer, answered) = oneshot::channel();
        let job = move |memory: &mut M| {
            if !answer.is_closed() {
                let done = place.run_since(asked, || work(memory));
                let _gone = answer.send(done);
            }
        };
        self.jobs.send(lane, Box::new(job))?;
        answered.await.map_err(|_| Error::Interrupted)?
    }

    /// Measures how long the queue is.
    pub(crate) fn measure(&self) {
        let running = self.queue.running.load(Ordering::Relaxed);
        let waiting = self.queue.taken().saturating_sub(running);
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

/// Runs a thread until the last handle of the pool is dropped.
fn work_off<M: Default>(waiting: &Waiting<M>, kept_for: Duration) {
    be_nice();
    let mut kept: Option<M> = None;
    loop {
        match waiting.next(kept.is_some().then_some(kept_for)) {
            Ok((lane, job)) => {
                let memory = kept.get_or_insert_default();
                // Its caller hears of it by an answer that never comes; the thread is needed for the next.
                let _panicked = catch_unwind(AssertUnwindSafe(|| job(memory)));
                if lane == Lane::Known {
                    waiting.expect_known();
                }
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

impl Place {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Measured;
    use std::net::IpAddr;

    fn stranger(address: Option<[u8; 4]>) -> Requester {
        address.map(IpAddr::from).into()
    }

    async fn run<M, T, F>(pool: &HashPool<M>, work: F) -> Result<T, Error>
    where
        M: Default + 'static,
        T: Send + 'static,
        F: FnOnce(&mut M) -> Result<T, Error> + Send + 'static,
    {
        pool.run(pool.place(stranger(None))?, work).await
    }

    #[tokio::test]
    async fn what_waits_and_what_is_refused_is_measured() -> Result<(), Error> {
        let measured = Measured::default();
        let pool = measured.collect(HashPool::<()>::start)?;
        let one = || pool.place(stranger(Some([192, 0, 2, 1])));
        let mut places: Vec<_> = std::iter::from_fn(|| one().ok()).collect();
        places.extend(std::iter::from_fn(|| pool.place(stranger(None)).ok()));
        let running = Running::one_more(&pool.queue.running);
        pool.measure();
        let figures = measured.take();
        assert_eq!(
            figures.counted(),
            ["auth_password_hashes_refused_total{why=full} 1", "auth_password_hashes_refused_total{why=share} 1"]
        );
        let gauges = ["auth_password_hashes_waiting", "auth_password_hashes_running"].map(|name| figures.gauge(name));
        let number = |count: usize| u32::try_from(count).ok().map(f64::from);
        assert_eq!(gauges, [number(places.len() - 1), number(1)]);
        drop((places, running));
        pool.hash(one()?, |()| Ok(())).await?;
        pool.run(one()?, |()| Ok(())).await?;
        pool.measure();
        let figures = measured.take();
        assert_eq!((figures.counted().len(), figures.gauge("auth_password_hashes_waiting")), (0, Some(0.0)));
        assert_eq!(figures.histogram("auth_password_hash_wait_seconds").len(), 2);
        assert_eq!(figures.histogram("auth_password_hash_duration_seconds").len(), 1, "other work is no hash");
        Ok(())
    }

    #[tokio::test]
    async fn a_stranger_waits_while_the_next_known_device_is_expected() -> Result<(), Error> {
        let pool = HashPool::<()>::with(1, MEMORY_KEPT_FOR, Duration::from_hours(1))?;
        let place = |lane| pool.place(Requester { address: None, lane });
        pool.run(place(Lane::Stranger)?, |()| Ok(())).await?;
        pool.run(place(Lane::Known)?, |()| Ok(())).await?;

        let mut stranger = Box::pin(pool.run(place(Lane::Stranger)?, |()| Ok(())));
        assert!(futures::poll!(&mut stranger).is_pending());
        while !pool.jobs.are_taken() {
            tokio::task::yield_now().await;
        }
        pool.run(place(Lane::Known)?, |()| Ok(())).await?;
        assert!(futures::poll!(&mut stranger).is_pending(), "the known device came later and was first");
        Ok(())
    }

    #[tokio::test]
    async fn a_stranger_starts_once_no_known_device_is_expected() -> Result<(), Error> {
        let pool = HashPool::<()>::with(1, MEMORY_KEPT_FOR, Duration::ZERO)?;
        for lane in [Lane::Known, Lane::Stranger, Lane::Known] {
            pool.run(pool.place(Requester { address: None, lane })?, |()| Ok(())).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_hash_that_panics_takes_no_thread_along() -> Result<(), Error> {
        let pool = HashPool::<()>::start()?;
        for _ in 0..=thread::available_parallelism()?.get() {
            let panicked = run(&pool, |()| -> Result<(), Error> { panic!("on purpose") }).await;
            assert!(matches!(panicked, Err(Error::Interrupted)));
        }
        assert!(run(&pool, |()| Ok(7)).await.is_ok_and(|seven| seven == 7));
        assert_eq!((pool.queue.taken(), pool.queue.running.load(Ordering::Relaxed)), (0, 0));
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
                tokio::spawn(async move { run(&pool, move |_| Ok(wait.recv().is_ok())).await })
            })
            .collect();
        while !pool.jobs.are_taken() || pool.queue.taken() < cores {
            tokio::task::yield_now().await;
        }
        let (note, done) = flume::unbounded::<()>();
        let gone = run(&pool, move |_| {
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
        while pool.queue.taken() > 0 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    #[tokio::test]
    async fn memory_is_kept_for_the_next_and_then_given_back() -> Result<(), Error> {
        let counts = |pool: HashPool<usize>| async move {
            run(&pool, |count: &mut usize| {
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
        let forgetting = HashPool::with(hash_threads(), Duration::ZERO, KNOWN_EXPECTED_FOR)?;
        while counts(forgetting.clone()).await? != 1 {}
        Ok(())
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn its_threads_are_nicer_than_others() -> Result<(), Error> {
        let own = rustix::process::getpriority_process(None).map_err(std::io::Error::from)?;
        let pool = HashPool::<()>::start()?;
        let theirs =
            run(&pool, |()| Ok(rustix::process::getpriority_process(None).map_err(std::io::Error::from)?)).await?;
        assert_eq!(theirs, NICENESS.max(own));
        Ok(())
    }
}
