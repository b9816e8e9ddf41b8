//! Rotates the signing keys in the background, and loads those of other processes.

use auth::{Actor, Auth};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// How often keys of other processes are loaded. A key that was retired there is refused here within this time.
const LOAD_EVERY: Duration = Duration::from_secs(1);
/// Loads between two looks for a step that is due.
const LOADS_PER_STEP: u32 = 60;

/// Starts the task. Aborting it is safe: an open transaction is rolled back.
pub(crate) fn start(auth: Auth) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = interval(LOAD_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for tick in (0..LOADS_PER_STEP).cycle() {
            ticks.tick().await;
            let done = if tick == 0 {
                auth.administration(Actor::server()).maintain_signing_keys().await
            } else {
                auth.upkeep().load_signing_keys().await
            };
            if let Err(error) = done {
                tracing::warn!(%error, "the signing keys stay as they are for now");
            }
        }
    })
}
