//! The threads that hash passwords: as many as there are cores, each taking whose turn is next from the bounded queue.
//!
//! A hash keeps a core busy for tens of milliseconds. Whatever else is woken on that core would wait for a time slice of
//! the system's to end, several times in each request. So these threads are nicer than the others, which
//! then have more of a core that both want. How soon they have it is the system's to say: Linux 6.18 was seen to let one
//! wait for five milliseconds.

mod metrics;
pub(crate) mod queue;

use crate::{
    error::Error,
    passwords::pool::queue::{Lane, Place, Queue, Requester},
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Every so many turns a stranger's work comes first, so that known devices cannot keep strangers waiting for ever. Fewer
/// would give a flood of strangers more of the threads: sign-ins on known devices keep fifteen sixteenths.
const STRANGERS_TURN: usize = 16;
/// A stranger's work starts no sooner than this after the last work of a known device ended. People who sign in one after
/// the other leave gaps of a few milliseconds. A stranger's hash that started in such a gap would hold the thread for a
/// whole hash, and a flood of strangers would then cost people on known devices a fifth of their sign-ins.
const KNOWN_EXPECTED_FOR: Duration = Duration::from_millis(10);
/// How long memory is kept for the next hash. An idle server is a small one.
const MEMORY_KEPT_FOR: Duration = Duration::from_secs(5);
/// Of 19 (setpriority(2)): it leaves a quarter of a core beside other work.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// A hash to be done, with the memory of the thread that does it.
type Job<M> = Box<dyn FnOnce(&mut M) + Send>;

/// The pool; `M` is what a thread keeps from one hash to the next. Cheap to clone. The threads end with the last clone.
pub(crate) struct HashPool<M> {
    known: flume::Sender<Job<M>>,
    strangers: flume::Sender<Job<M>>,
    /// One for each job, sent after it.
    turns: flume::Sender<()>,
    queue: Arc<Queue>,
}

/// The jobs that wait, as the threads see them.
struct Waiting<M> {
    known: flume::Receiver<Job<M>>,
    strangers: flume::Receiver<Job<M>>,
    turns: flume::Receiver<()>,
    turn: AtomicUsize,
    known_expected_for: Duration,
    /// Until when the next job of a known device is expected.
    known_expected_until: Mutex<Option<Instant>>,
}

impl<M> Waiting<M> {
    /// Returns the job whose turn it is, and its lane. Known devices come first, except on every turn of strangers. Waits
    /// for a known device for as long as one is expected. Call it once for each message of `turns`, so that there is a job.
    fn next(&self) -> (Lane, Job<M>) {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % STRANGERS_TURN;
        let is_strangers_turn = turn + 1 == STRANGERS_TURN;
        if !is_strangers_turn && let Some(job) = self.expected() {
            return (Lane::Known, job);
        }
        let (known, strangers) = ((Lane::Known, &self.known), (Lane::Stranger, &self.strangers));
        let lanes = if is_strangers_turn { [strangers, known] } else { [known, strangers] };
        loop {
            // Another thread may take the job that this one just saw, and then leaves its own.
            if let Some(next) = lanes.iter().find_map(|(lane, jobs)| Some((*lane, jobs.try_recv().ok()?))) {
                return next;
            }
            std::hint::spin_loop();
        }
    }

    /// Waits for a job of a known device until none is expected any more.
    fn expected(&self) -> Option<Job<M>> {
        let until = *self.lock();
        self.known.recv_deadline(until?).ok()
    }

    /// Expects the next job of a known device from now on.
    fn expect_known(&self) {
        *self.lock() = Some(Instant::now() + self.known_expected_for);
    }

    /// A thread that panicked leaves no half-written time.
    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.known_expected_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        let ((known, known_jobs), (strangers, strange_jobs)) = (flume::unbounded(), flume::unbounded());
        let (turns, taken) = flume::unbounded();
        let waiting = Arc::new(Waiting {
            known: known_jobs,
            strangers: strange_jobs,
            turns: taken,
            turn: AtomicUsize::new(0),
            known_expected_for,
            known_expected_until: Mutex::new(None),
        });
        for _ in 0..threads {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("hash".to_owned()).spawn(move || work_off(&waiting, memory_kept_for))?;
        }
        Ok(Self { known, strangers, turns, queue: Arc::new(Queue::new(threads)) })
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
        let jobs = match lane {
            Lane::Known => &self.known,
            Lane::Stranger => &self.strangers,
        };
        jobs.send(Box::new(job)).map_err(|_| Error::Interrupted)?;
        self.turns.send(()).map_err(|_| Error::Interrupted)?;
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
        Self {
            known: self.known.clone(),
            strangers: self.strangers.clone(),
            turns: self.turns.clone(),
            queue: Arc::clone(&self.queue),
        }
    }
}

/// Runs a thread until the last handle of the pool is dropped.
fn work_off<M: Default>(waiting: &Waiting<M>, kept_for: Duration) {
    be_nice();
    let mut kept: Option<M> = None;
    loop {
        let turn = match kept {
            Some(_) => waiting.turns.recv_timeout(kept_for),
            None => {
                waiting.turns.recv().map_err(|flume::RecvError::Disconnected| flume::RecvTimeoutError::Disconnected)
            }
        };
        match turn {
            Ok(()) => {
                let (lane, job) = waiting.next();
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

    #[test]
    fn known_devices_come_first_and_strangers_all_the_same() -> Result<(), Error> {
        let ((known, known_jobs), (strangers, strange_jobs)) = (flume::unbounded(), flume::unbounded());
        let (_turns, taken) = flume::unbounded();
        let waiting = Waiting {
            known: known_jobs,
            strangers: strange_jobs,
            turns: taken,
            turn: AtomicUsize::new(0),
            known_expected_for: Duration::ZERO,
            known_expected_until: Mutex::new(None),
        };
        for _ in 0..4 * STRANGERS_TURN {
            known
                .send(Box::new(|order: &mut Vec<Lane>| order.push(Lane::Known)) as Job<_>)
                .map_err(|_| Error::Interrupted)?;
            strangers
                .send(Box::new(|order: &mut Vec<Lane>| order.push(Lane::Stranger)) as Job<_>)
                .map_err(|_| Error::Interrupted)?;
        }
        let mut order = Vec::new();
        for _ in 0..32 {
            let (_, job) = waiting.next();
            job(&mut order);
        }
        let turns: Vec<_> = (0..order.len()).filter(|turn| order[*turn] == Lane::Stranger).collect();
        assert_eq!(turns, [15, 31], "strangers have every sixteenth turn");
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
        while !pool.turns.is_empty() {
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
        while !pool.turns.is_empty() || pool.queue.taken() < cores {
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
