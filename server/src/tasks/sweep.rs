//! Removes expired sessions and flows in the background.

use crate::flow_store::FlowStore;
use auth::Auth;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// Starts the task. Aborting it is safe: it ends between two transactions, or the open one is rolled back.
pub(crate) fn start(auth: Auth, flows: FlowStore) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = interval(SWEEP_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = sweep(&auth, &flows).await {
                tracing::warn!(%error, "the sweep will try again");
            }
        }
    })
}

/// Removes expired rows in batches, so that other writers get their turn.
async fn sweep(auth: &Auth, flows: &FlowStore) -> Result<(), auth::Error> {
    let accounts = sweep_accounts(auth).await;
    // Sweeps flows even if the sweep of accounts failed, because clients create flows fastest.
    sweep_flows(flows).await.and(accounts)
}

async fn sweep_accounts(auth: &Auth) -> Result<(), auth::Error> {
    while auth.upkeep().sweep().await? > 0 {}
    Ok(())
}

async fn sweep_flows(flows: &FlowStore) -> Result<(), auth::Error> {
    while flows.sweep().await? > 0 {}
    Ok(())
}
