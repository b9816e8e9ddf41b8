//! The order of the jobs that wait for a hash thread: known devices first, and strangers in turns of their own.

use crate::{error::Error, passwords::pool::queue::Lane};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Every so many turns a stranger's work comes first, so that known devices cannot keep strangers waiting for ever. Fewer
/// would give a flood of strangers more of the threads: sign-ins on known devices keep fifteen sixteenths.
const STRANGERS_TURN: usize = 16;
/// A stranger's work starts no sooner than this after the last work of a known device ended. People who sign in one after
/// the other leave gaps of a few milliseconds. A stranger's hash that started in such a gap would hold the thread for a
/// whole hash, and a flood of strangers would then cost people on known devices a fifth of their sign-ins.
pub(crate) const KNOWN_EXPECTED_FOR: Duration = Duration::from_millis(10);

/// A hash to be done, with the memory of the thread that does it.
pub(crate) type Job<M> = Box<dyn FnOnce(&mut M) + Send>;

/// The jobs that wait, as the pool sees them. The threads end with the last clone.
pub(crate) struct Jobs<M> {
    known: flume::Sender<Job<M>>,
    strangers: flume::Sender<Job<M>>,
    /// One for each job, sent after it.
    turns: flume::Sender<()>,
}

/// The jobs that wait, as the threads see them.
pub(crate) struct Waiting<M> {
    known: flume::Receiver<Job<M>>,
    strangers: flume::Receiver<Job<M>>,
    turns: flume::Receiver<()>,
    turn: AtomicUsize,
    known_expected_for: Duration,
    /// Until when the next job of a known device is expected.
    known_expected_until: Mutex<Option<Instant>>,
}

/// Returns both sides of a line of jobs. A stranger's job waits for `known_expected_for` after one of a known device.
pub(crate) fn jobs<M>(known_expected_for: Duration) -> (Jobs<M>, Waiting<M>) {
    let ((known, known_jobs), (strangers, strange_jobs)) = (flume::unbounded(), flume::unbounded());
    let (turns, taken) = flume::unbounded();
    let waiting = Waiting {
        known: known_jobs,
        strangers: strange_jobs,
        turns: taken,
        turn: AtomicUsize::new(0),
        known_expected_for,
        known_expected_until: Mutex::new(None),
    };
    (Jobs { known, strangers, turns }, waiting)
}

impl<M> Jobs<M> {
    /// Adds a job.
    ///
    /// # Errors
    /// [`Error::Interrupted`] where no thread is left.
    pub(crate) fn send(&self, lane: Lane, job: Job<M>) -> Result<(), Error> {
        let jobs = match lane {
            Lane::Known => &self.known,
            Lane::Stranger => &self.strangers,
        };
        jobs.send(job).map_err(|_| Error::Interrupted)?;
        self.turns.send(()).map_err(|_| Error::Interrupted)
    }

    /// Returns whether a thread has taken each of them.
    #[cfg(test)]
    pub(crate) fn are_taken(&self) -> bool {
        self.turns.is_empty()
    }
}

impl<M> Clone for Jobs<M> {
    fn clone(&self) -> Self {
        Self { known: self.known.clone(), strangers: self.strangers.clone(), turns: self.turns.clone() }
    }
}

impl<M> Waiting<M> {
    /// Waits for the next turn, for at most `patience` where one is given, and returns the job whose turn it is.
    pub(crate) fn next(&self, patience: Option<Duration>) -> Result<(Lane, Job<M>), flume::RecvTimeoutError> {
        match patience {
            Some(patience) => self.turns.recv_timeout(patience)?,
            None => self.turns.recv()?,
        }
        Ok(self.chosen())
    }

    /// Returns the job whose turn it is, and its lane. Known devices come first, except on every turn of strangers. Waits
    /// for a known device for as long as one is expected. Call it once for each message of `turns`, so that there is a job.
    fn chosen(&self) -> (Lane, Job<M>) {
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
    pub(crate) fn expect_known(&self) {
        *self.lock() = Some(Instant::now() + self.known_expected_for);
    }

    /// A thread that panicked leaves no half-written time.
    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.known_expected_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_devices_come_first_and_strangers_all_the_same() -> Result<(), Error> {
        let (jobs, waiting) = jobs::<Vec<Lane>>(Duration::ZERO);
        for _ in 0..4 * STRANGERS_TURN {
            for lane in [Lane::Known, Lane::Stranger] {
                jobs.send(lane, Box::new(move |order: &mut Vec<Lane>| order.push(lane)))?;
            }
        }
        let mut order = Vec::new();
        for _ in 0..32 {
            let (_, job) = waiting.next(None).map_err(|_| Error::Interrupted)?;
            job(&mut order);
        }
        let turns: Vec<_> = (0..order.len()).filter(|turn| order[*turn] == Lane::Stranger).collect();
        assert_eq!(turns, [15, 31], "strangers have every sixteenth turn");
        Ok(())
    }
}
