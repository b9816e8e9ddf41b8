//! What is done without being asked: sessions and flows that are over are removed.

use crate::flow_store::FlowStore;
use auth::Auth;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// Starts it; it ends when the returned task is aborted, between two transactions or in one that is rolled back.
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

/// Batch after batch, so that other writers come in between.
async fn sweep(auth: &Auth, flows: &FlowStore) -> Result<(), auth::Error> {
    let accounts = sweep_accounts(auth).await;
    // Also where the other failed: what clients fill fastest is swept whatever happens.
    sweep_flows(flows).await.and(accounts)
}

async fn sweep_accounts(auth: &Auth) -> Result<(), auth::Error> {
    while auth.sweep().await? > 0 {}
    Ok(())
}

async fn sweep_flows(flows: &FlowStore) -> Result<(), auth::Error> {
    while flows.sweep().await? > 0 {}
    Ok(())
}
