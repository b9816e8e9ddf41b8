//! A bounded queue before a task that works it off in order.

use crate::error::Error;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, Span};

enum Entry<T> {
    Work(T, Span),
    /// Answered when every entry before it is done.
    Settled(oneshot::Sender<()>),
}

/// The handle to a task that works entries off one by one. The task does what is left and ends when the last handle is
/// dropped.
pub(crate) struct TaskQueue<T> {
    queue: mpsc::Sender<Entry<T>>,
    patience: Duration,
}

impl<T: Send + 'static> TaskQueue<T> {
    /// Starts the task. `places` entries may wait; one more waits for a place for at most `patience`. `work` runs in the
    /// span of the request that made the entry.
    pub(crate) fn start<F>(places: usize, patience: Duration, mut work: impl FnMut(T) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send,
    {
        let (queue, mut entries) = mpsc::channel(places);
        tokio::spawn(async move {
            while let Some(entry) = entries.recv().await {
                match entry {
                    Entry::Work(entry, span) => work(entry).instrument(span).await,
                    Entry::Settled(settled) => {
                        let _gone = settled.send(());
                    }
                }
            }
        });
        Self { queue, patience }
    }

    /// Hands an entry to the task.
    ///
    /// # Errors
    /// [`Error::Busy`] if no place became free in time.
    pub(crate) async fn put(&self, entry: T) -> Result<(), Error> {
        let entry = Entry::Work(entry, Span::current());
        self.queue.send_timeout(entry, self.patience).await.map_err(|_| Error::Busy)
    }

    /// Waits until every entry that was put before is done.
    pub(crate) async fn settle(&self) {
        let (settled, answer) = oneshot::channel();
        if self.queue.send(Entry::Settled(settled)).await.is_ok() {
            let _gone = answer.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::Semaphore;

    #[tokio::test]
    async fn entries_beyond_the_places_are_refused_and_settling_waits_for_the_others() -> Result<(), Error> {
        let (turns, (done, finished)) = (Arc::new(Semaphore::new(0)), flume::unbounded());
        let queue = {
            let turns = Arc::clone(&turns);
            TaskQueue::start(1, Duration::from_millis(20), move |number: u32| {
                let (turns, done) = (Arc::clone(&turns), done.clone());
                async move {
                    if let Ok(turn) = turns.acquire().await {
                        turn.forget();
                    }
                    let _open = done.send(number);
                }
            })
        };
        queue.put(1).await?;
        // The first entry is with the task or still waits, so at most one of these two finds a place.
        let (second, third) = (queue.put(2).await, queue.put(3).await);
        assert!(matches!(third, Err(Error::Busy)), "{second:?} {third:?}");
        turns.add_permits(3);
        queue.settle().await;
        let order: Vec<u32> = finished.drain().collect();
        assert_eq!(order, if second.is_ok() { vec![1, 2] } else { vec![1] });
        Ok(())
    }
}
