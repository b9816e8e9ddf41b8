//! Sends what is in the outbox, in the background.
//!
//! A mail is claimed, sent, and recorded as sent. Between the second and the third lies the one moment in which a crash
//! lets a mail go out twice: no server takes a mail and a row in one transaction, so it is that or losing it. Whatever
//! else fails is tried again: after a pause where the server said no (`Auth::mail_failed`), after the claim's two
//! minutes where nobody said anything.

use crate::application::SHUTDOWN_GRACE;
use crate::mailer::Mailer;
use auth::{Auth, Millis, OutgoingMail};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// Mails that are sent at once, so that one that takes long does not hold the others up. As many are claimed as can be
/// begun: a claim runs out.
const AT_ONCE: u32 = 4;
/// How often the outbox is looked into for mails whose pause is over, or that another process has put there.
const TICK: Duration = Duration::from_secs(5);
/// How often, and with what pause between, it is tried to record that a mail was sent. With the time that a send may
/// take and the database's own patience this is less than the two minutes of a claim.
const RECORD_TRIES: u32 = 15;
const RECORD_PAUSE: Duration = Duration::from_secs(1);

/// The task that sends. Dropped it ends at once, as in a crash; see [`OutboxWorker::finish`].
#[derive(Debug)]
pub struct OutboxWorker {
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

impl OutboxWorker {
    /// Starts it. Must be called within a Tokio runtime.
    pub fn start(auth: Auth, mailer: Arc<Mailer>) -> Self {
        let stop = Arc::<Notify>::default();
        let task = tokio::spawn(run(auth, mailer, Arc::clone(&stop)));
        Self { stop, task }
    }

    /// Begins nothing new and lets what is under way end, ten seconds at most. What is left then goes out again when
    /// its claim has run out.
    pub async fn finish(mut self) {
        self.stop.notify_one();
        match timeout(SHUTDOWN_GRACE, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the task that sends mail died"),
            Err(_) => tracing::warn!("mail is left in the middle of being sent: it goes out again"),
        }
    }
}

impl Drop for OutboxWorker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(auth: Auth, mailer: Arc<Mailer>, stop: Arc<Notify>) {
    let waiting = auth.mail_waiting();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sending = JoinSet::new();
    loop {
        // Listening begins before looking, or what is put in between would wait for the next tick.
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

/// Claims as many mails as there is room for, and begins to send them.
async fn begin(auth: &Auth, mailer: &Arc<Mailer>, sending: &mut JoinSet<()>) {
    let room = AT_ONCE.saturating_sub(u32::try_from(sending.len()).unwrap_or(AT_ONCE));
    if room == 0 {
        return;
    }
    match auth.claim_mails(room).await {
        Ok(mails) => {
            for mail in mails {
                sending.spawn(send(auth.clone(), Arc::clone(mailer), mail));
            }
        }
        Err(error) => tracing::warn!(%error, "the outbox cannot be looked into; the next tick tries again"),
    }
}

async fn send(auth: Auth, mailer: Arc<Mailer>, mail: OutgoingMail) {
    if let Mailer::Mailbox(mailbox) = &*mailer {
        // Recorded before it is shown, so that the life of its link has begun by then. A crash in between loses no more
        // than the mailbox, which is in memory.
        let accepted_at = auth.clock().now();
        record_sent(&auth, &mail, accepted_at).await;
        return mailbox.put(&mail, accepted_at);
    }
    match mailer.send(&mail, auth.clock()).await {
        Ok(accepted_at) => record_sent(&auth, &mail, accepted_at).await,
        Err(problem) => {
            tracing::warn!(mail = mail.id, attempt = mail.attempt, %problem, "a mail was not taken");
            if let Err(error) = auth.mail_failed(&mail.id, &problem.to_string()).await {
                tracing::warn!(mail = mail.id, %error, "that is not recorded: it goes out again when its claim is over");
            }
        }
    }
}

/// A mail that was sent and is not recorded goes out twice, so a database that is locked for a while is waited for.
async fn record_sent(auth: &Auth, mail: &OutgoingMail, accepted_at: Millis) {
    for _ in 0..RECORD_TRIES {
        match auth.mail_sent(&mail.id, accepted_at).await {
            Ok(()) => return tracing::info!(mail = mail.id, attempt = mail.attempt, "a mail was sent"),
            Err(error) => tracing::warn!(mail = mail.id, %error, "that a mail was sent cannot be recorded yet"),
        }
        sleep(RECORD_PAUSE).await;
    }
    tracing::error!(mail = mail.id, "that a mail was sent is not recorded: it goes out again when its claim is over");
}
