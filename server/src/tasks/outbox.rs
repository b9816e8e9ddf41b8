//! Sends the mails of the outbox in the background.
//!
//! The worker claims a mail, sends it, and records it as sent. A crash between sending and recording sends the mail twice.
//! The alternative is to lose it, because no mail server shares a transaction with the database. Every other failure is
//! retried: after a pause if the server refused the mail (`Outbox::failed`), after two minutes if the claim ran out.

use crate::limits::SHUTDOWN_GRACE;
use crate::mailer::Mailer;
use auth::{Auth, Millis, OutgoingMail};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// Mails that are sent at once, so that a slow one does not delay the others. No more are claimed, because a claim runs
/// out.
const AT_ONCE: u32 = 4;
/// How often the worker polls for mails whose pause is over and for mails of other processes.
const TICK: Duration = Duration::from_secs(5);
/// Attempts to record that a mail was sent. Together with the send and the database's own time-outs they take less than
/// the two minutes of a claim.
const RECORD_TRIES: u32 = 15;
/// The pause between two attempts.
const RECORD_PAUSE: Duration = Duration::from_secs(1);

/// The task that sends mail. Dropping it stops the task at once, as a crash would; see [`OutboxWorker::finish`].
#[derive(Debug)]
pub struct OutboxWorker {
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

impl OutboxWorker {
    /// Starts the task. Must be called within a Tokio runtime.
    pub fn start(auth: Auth, mailer: Arc<Mailer>) -> Self {
        let stop = Arc::<Notify>::default();
        let task = tokio::spawn(run(auth, mailer, Arc::clone(&stop)));
        Self { stop, task }
    }

    /// Stops claiming mails and waits up to ten seconds for those in transit. A mail that is still unfinished is sent
    /// again when its claim has run out.
    pub async fn finish(mut self) {
        self.stop.notify_one();
        match timeout(SHUTDOWN_GRACE, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the task that sends mail died"),
            Err(_) => tracing::warn!("unfinished mail is sent again later"),
        }
    }
}

impl Drop for OutboxWorker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(auth: Auth, mailer: Arc<Mailer>, stop: Arc<Notify>) {
    let waiting = auth.outbox().waiting();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sending = JoinSet::new();
    loop {
        // Subscribes before it claims. Otherwise a mail that is inserted in between would wait for the next tick.
        let mut put = std::pin::pin!(waiting.notified());
        put.as_mut().enable();
        begin(&auth, &mailer, &mut sending).await;
        if sending.is_empty() {
            mailer.rest().await;
        }
        tokio::select! {
            biased;
            () = stop.notified() => break,
            () = put => (),
            _ = ticks.tick() => (),
            Some(ended) = sending.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a task that sent mail died");
                }
            }
        }
    }
    while sending.join_next().await.is_some() {}
    mailer.rest().await;
}

/// Claims as many mails as may be sent now and starts to send them.
async fn begin(auth: &Auth, mailer: &Arc<Mailer>, sending: &mut JoinSet<()>) {
    let room = AT_ONCE.saturating_sub(u32::try_from(sending.len()).unwrap_or(AT_ONCE));
    if room == 0 {
        return;
    }
    match auth.outbox().claim(room).await {
        Ok(mails) => {
            for mail in mails {
                sending.spawn(send(auth.clone(), Arc::clone(mailer), mail));
            }
        }
        Err(error) => tracing::warn!(%error, "the outbox cannot be read; the next tick retries"),
    }
}

async fn send(auth: Auth, mailer: Arc<Mailer>, mail: OutgoingMail) {
    if let Mailer::Mailbox(mailbox) = &*mailer {
        // Records the mail before the mailbox shows it, so that the lifetime of its link has started. A crash in between
        // loses only the mailbox, which is in memory.
        let accepted_at = auth.clock().now();
        record_sent(&auth, &mail, accepted_at).await;
        return mailbox.put(&mail, accepted_at);
    }
    match mailer.send(&mail, auth.clock()).await {
        Ok(accepted_at) => record_sent(&auth, &mail, accepted_at).await,
        Err(problem) => {
            tracing::warn!(mail = mail.id, attempt = mail.attempt, %problem, "a mail was not accepted");
            if let Err(error) = auth.outbox().failed(&mail.id, &problem.to_string()).await {
                tracing::warn!(mail = mail.id, %error, "the failure is not recorded; the mail is sent again when its claim expires");
            }
        }
    }
}

/// Records that a mail was sent. Retries while the database is locked, because an unrecorded mail is sent twice.
async fn record_sent(auth: &Auth, mail: &OutgoingMail, accepted_at: Millis) {
    for _ in 0..RECORD_TRIES {
        match auth.outbox().sent(&mail.id, accepted_at).await {
            Ok(()) => return tracing::info!(mail = mail.id, attempt = mail.attempt, "a mail was sent"),
            Err(error) => tracing::warn!(mail = mail.id, %error, "a sent mail cannot be recorded yet"),
        }
        sleep(RECORD_PAUSE).await;
    }
    tracing::error!(mail = mail.id, "a sent mail is not recorded; it is sent again when its claim expires");
}
