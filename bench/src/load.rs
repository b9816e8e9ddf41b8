//! Runs work on many clients at once and counts it.

use anyhow::{Context, Result};
use futures::future::try_join_all;
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Time beyond the slice after which work counts as stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// Alternation of two measurements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turns {
    /// Number of rounds.
    pub(crate) rounds: usize,
    /// Length of one measurement.
    pub(crate) slice: Duration,
}

impl Turns {
    /// Measures `value` and `limit` in turns, so that other load on the machine affects both. Returns the median rate
    /// of each. An uncounted short round warms the caches.
    pub(crate) fn take(
        self,
        mut value: impl FnMut(Duration) -> Result<f64>,
        mut limit: impl FnMut(Duration) -> Result<f64>,
    ) -> Result<(f64, f64)> {
        value(self.slice / 2)?;
        limit(self.slice / 2)?;
        let (mut values, mut limits) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            values.push(value(self.slice)?);
            limits.push(limit(self.slice)?);
        }
        Ok((median(values), median(limits)))
    }
}

/// Returns a single-threaded runtime. The clients mostly wait, and the cores belong to the server.
pub(crate) fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// Returns how often per second all `clients` together do `work`, each in a loop, for `slice`.
pub(crate) fn rate_of_clients<C>(
    runtime: &Runtime,
    clients: &mut [C],
    slice: Duration,
    work: &impl AsyncFn(&mut C) -> Result<()>,
) -> Result<f64> {
    let begun = Instant::now();
    let rates = clients.iter_mut().map(async |client| {
        let mut count = Count::since(begun);
        while count.goes_on(slice) {
            work(client).await?;
            count.one_more();
        }
        anyhow::Ok(count.rate())
    });
    runtime.block_on(async {
        let rates =
            tokio::time::timeout(slice + PATIENCE, try_join_all(rates)).await.context("the server is stuck")??;
        Ok(rates.iter().sum())
    })
}

/// Returns how often per second `count` threads together do `work`, for `slice`.
pub(crate) fn rate_of_threads(count: usize, slice: Duration, work: impl Fn() -> Result<()> + Sync) -> Result<f64> {
    let work = &work;
    let begun = Instant::now();
    thread::scope(|scope| {
        let each = || {
            let mut count = Count::since(begun);
            while count.goes_on(slice) {
                work()?;
                count.one_more();
            }
            Ok(count.rate())
        };
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(each)).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?).sum()
    })
}

/// Returns how often per second one thread does `work`, for `slice`.
pub(crate) fn rate(slice: Duration, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut count = Count::since(Instant::now());
    while count.goes_on(slice) {
        work()?;
        count.one_more();
    }
    Ok(count.rate())
}

/// The count of one worker. Its rate ends with its last complete piece of work, so that incomplete ones do not distort
/// it.
struct Count {
    begun: Instant,
    done: u32,
    last: Duration,
}

impl Count {
    fn since(begun: Instant) -> Self {
        Self { begun, done: 0, last: Duration::ZERO }
    }

    fn goes_on(&self, slice: Duration) -> bool {
        self.last < slice
    }

    fn one_more(&mut self) {
        self.done += 1;
        self.last = self.begun.elapsed();
    }

    fn rate(&self) -> f64 {
        f64::from(self.done) / self.last.as_secs_f64()
    }
}

/// Returns the median; the upper one of an even number.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Returns the load of the machine in the last minute, if it is known.
pub(crate) fn of_machine() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").ok();
    load.and_then(|load| Some(load.split_whitespace().next()?.to_owned())).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn rates_add_up() -> Result<()> {
        let nap = || {
            thread::sleep(Duration::from_millis(2));
            Ok(())
        };
        let one = rate(Duration::from_millis(50), nap)?;
        let four = rate_of_threads(4, Duration::from_millis(50), nap)?;
        assert!(one > 1.0 && one < 501.0, "{one}");
        assert!(four > one, "{four} {one}");
        Ok(())
    }
}
