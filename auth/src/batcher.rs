//! Background work in batches: a bounded queue before one task.
//!
//! Entries that wait together are handed over together, so that they can share a transaction. A commit that survives a
//! power cut costs an `fsync`.

use crate::error::Error;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// The limits of a [`Batcher`].
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// How many entries may wait.
    pub(crate) places: usize,
    /// How long one more entry waits for a place.
    pub(crate) patience: Duration,
    /// The most entries of one batch.
    pub(crate) batch: usize,
    /// How long the first entry of a batch waits for others. With zero, a batch is what waits already.
    pub(crate) gathered_for: Duration,
}

enum Entry<T> {
    Work(T),
    /// Closes a batch, and is answered after it.
    Settled(oneshot::Sender<()>),
}

/// The handle to a task that works off entries in order, in batches. The task does what is left and ends when the last
/// handle is dropped.
pub(crate) struct Batcher<T> {
    queue: mpsc::Sender<Entry<T>>,
    patience: Duration,
}

impl<T: Send + 'static> Batcher<T> {
    /// Starts the task. `work` gets one batch at a time, never an empty one.
    pub(crate) fn start<F>(limits: Limits, mut work: impl FnMut(Vec<T>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send,
    {
        let (queue, mut entries) = mpsc::channel(limits.places);
        tokio::spawn(async move {
            while let Some(first) = entries.recv().await {
                let (batch, settled) = gather(first, &mut entries, limits).await;
                if !batch.is_empty() {
                    work(batch).await;
                }
                if let Some(settled) = settled {
                    let _gone = settled.send(());
                }
            }
        });
        Self { queue, patience: limits.patience }
    }

    /// Hands an entry to the task.
    ///
    /// # Errors
    /// [`Error::Busy`] if no place became free in time, [`Error::Interrupted`] if the task has ended.
    pub(crate) async fn put(&self, entry: T) -> Result<(), Error> {
        self.queue.send_timeout(Entry::Work(entry), self.patience).await.map_err(|refused| match refused {
            mpsc::error::SendTimeoutError::Timeout(_) => Error::Busy,
            mpsc::error::SendTimeoutError::Closed(_) => Error::Interrupted,
        })
    }

    /// Hands an entry to the task if a place is free. Returns whether one was.
    pub(crate) fn try_put(&self, entry: T) -> bool {
        self.queue.try_send(Entry::Work(entry)).is_ok()
    }

    /// Waits until every entry that was put before is done.
    pub(crate) async fn settle(&self) {
        let (settled, answer) = oneshot::channel();
        if self.queue.send(Entry::Settled(settled)).await.is_ok() {
            let _gone = answer.await;
        }
    }
}

/// Gathers a batch until it is full, its time is over or it is to be settled.
async fn gather<T>(
    first: Entry<T>,
    entries: &mut mpsc::Receiver<Entry<T>>,
    limits: Limits,
) -> (Vec<T>, Option<oneshot::Sender<()>>) {
    let end = Instant::now() + limits.gathered_for;
    let mut batch = Vec::new();
    let mut next = Some(first);
    while let Some(entry) = next.take() {
        match entry {
            Entry::Settled(settled) => return (batch, Some(settled)),
            Entry::Work(entry) => batch.push(entry),
        }
        if batch.len() < limits.batch {
            // An entry that waits already is taken also after the end.
            next = timeout_at(end, entries.recv()).await.ok().flatten();
        }
    }
    (batch, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::Semaphore;

    const ONE_BY_ONE: Limits =
        Limits { places: 1, patience: Duration::from_millis(20), batch: 1, gathered_for: Duration::ZERO };

    /// Returns a batcher, the permits of its batches, and the batches that are done.
    fn batcher(limits: Limits) -> (Batcher<u32>, Arc<Semaphore>, flume::Receiver<Vec<u32>>) {
        let (turns, (done, finished)) = (Arc::new(Semaphore::new(0)), flume::unbounded());
        let permits = Arc::clone(&turns);
        let batcher = Batcher::start(limits, move |batch| {
            let (turns, done) = (Arc::clone(&turns), done.clone());
            async move {
                if let Ok(turn) = turns.acquire().await {
                    turn.forget();
                }
                let _open = done.send(batch);
            }
        });
        (batcher, permits, finished)
    }

    #[tokio::test]
    async fn entries_beyond_the_places_are_refused_and_settling_waits_for_the_others() -> Result<(), Error> {
        let (queue, turns, finished) = batcher(ONE_BY_ONE);
        queue.put(1).await?;
        // The first entry is with the task or still waits, so at most one of these two finds a place.
        let (second, third) = (queue.put(2).await, queue.put(3).await);
        assert!(matches!(third, Err(Error::Busy)), "{second:?} {third:?}");
        assert!(!queue.try_put(4), "no place is free");
        turns.add_permits(3);
        queue.settle().await;
        let order: Vec<Vec<u32>> = finished.drain().collect();
        assert_eq!(order, if second.is_ok() { vec![vec![1], vec![2]] } else { vec![vec![1]] });
        assert!(queue.try_put(5), "a place is free again");
        Ok(())
    }

    #[tokio::test]
    async fn entries_that_wait_together_are_one_batch_of_limited_size() -> Result<(), Error> {
        let (queue, turns, finished) = batcher(Limits { places: 8, batch: 3, ..ONE_BY_ONE });
        // The one thread of this test does not run the task before the first wait.
        for entry in 1..=7 {
            assert!(queue.try_put(entry));
        }
        turns.add_permits(3);
        queue.settle().await;
        assert_eq!(finished.drain().collect::<Vec<_>>(), [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_batch_waits_for_later_entries_until_its_time_is_over_or_it_is_settled() -> Result<(), Error> {
        let gathered_for = Duration::from_secs(1);
        let (queue, turns, finished) = batcher(Limits { places: 8, batch: 8, gathered_for, ..ONE_BY_ONE });
        turns.add_permits(3);
        queue.put(1).await?;
        tokio::time::advance(gathered_for / 2).await;
        queue.put(2).await?;
        assert_eq!(finished.recv_async().await, Ok(vec![1, 2]));
        let begun = Instant::now();
        queue.put(3).await?;
        queue.settle().await;
        assert_eq!((finished.try_recv(), begun.elapsed()), (Ok(vec![3]), Duration::ZERO), "settling does not wait");
        Ok(())
    }
}
