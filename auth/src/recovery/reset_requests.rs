//! Requests for a new password, looked into after they were answered: so the answer takes the same time whether anybody
//! has the address or not.

use crate::{
    accounts::{email::EmailAddress, user},
    administration::invitation,
    clock::Clock,
    error::Error,
    events::{
        event::{Event, EventKind},
        metrics::Metrics,
    },
    keys::seal::Sealer,
    links::destination::{self, LinkRequest},
    mail::{Mail, outbox},
    storage::db::Db,
    tokens::mailed_link::{self, LinkPurpose},
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use tracing::{Instrument, Span};

/// Requests that may wait. For one more there is no room, whoever it is about.
const QUEUE: usize = 1024;
/// How long a request waits for room.
const PATIENCE: Duration = Duration::from_secs(2);

/// Somebody has forgotten the password of an account with this address, or says so.
pub(crate) struct ResetRequest {
    pub(crate) address: EmailAddress,
    pub(crate) request: LinkRequest,
}

enum Entry {
    Request(ResetRequest, Span),
    /// Answered when everything before it is done.
    Settled(oneshot::Sender<()>),
}

/// What it takes to answer a request by mail.
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) mail_waiting: Arc<Notify>,
    pub(crate) metrics: Arc<Metrics>,
}

/// The way to the task that looks into requests.
pub(crate) struct ResetRequests {
    queue: mpsc::Sender<Entry>,
    patience: Duration,
}

impl ResetRequests {
    /// Starts the task; it does what is left and ends when the last handle is dropped.
    pub(crate) fn start(desk: Desk) -> Self {
        let (queue, mut entries) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            while let Some(entry) = entries.recv().await {
                match entry {
                    Entry::Request(request, span) => desk.look_into(request).instrument(span).await,
                    Entry::Settled(settled) => {
                        let _gone = settled.send(());
                    }
                }
            }
        });
        Self { queue, patience: PATIENCE }
    }

    /// Takes a request.
    ///
    /// # Errors
    /// [`Error::Busy`] where too many wait.
    pub(crate) async fn take(&self, request: ResetRequest) -> Result<(), Error> {
        let entry = Entry::Request(request, Span::current());
        self.queue.send_timeout(entry, self.patience).await.map_err(|_| Error::Busy)
    }

    /// Waits until everything that was taken before is done.
    pub(crate) async fn settle(&self) {
        let (settled, answer) = oneshot::channel();
        if self.queue.send(Entry::Settled(settled)).await.is_ok() {
            let _gone = answer.await;
        }
    }
}

impl Desk {
    async fn look_into(&self, request: ResetRequest) {
        if let Err(error) = self.mail_link(&request).await {
            tracing::error!(target: "auth", event = "reset_request_lost", %error);
        }
    }

    /// Mails the link, where the address is that of an enabled account which was not sent one within the last minute and
    /// does not wait for an invitation that was revoked or expired.
    async fn mail_link(&self, ResetRequest { address, request }: &ResetRequest) -> Result<(), Error> {
        let LinkRequest { device, next } = request;
        let Some(known) = user::by_email(&self.db, address).await? else { return Ok(()) };
        let now = self.clock.now();
        let purpose = LinkPurpose::ResetPassword;
        let mut tx = self.db.write().await?;
        // The account may have another address by now, or none at all.
        let held = user::hold_enabled(&mut tx, &known.id).await?;
        let Some(user) = held.filter(|user| user.email == address.as_str()) else { return Ok(()) };
        if mailed_link::is_on_its_way(&mut tx, purpose, &user.id, now).await?
            || invitation::is_withheld(&mut tx, &user.id, now).await?
        {
            return Ok(());
        }
        let token = mailed_link::issue(&mut tx, purpose, &user.id, &user.email, now).await?;
        destination::keep(&mut tx, &token, next.as_deref()).await?;
        let mail = Mail::ResetPassword { token };
        outbox::put(&mut tx, &user.email, Some(&user.id), &mail, &self.sealer, now).await?;
        let event = Event::done(EventKind::PasswordResetRequested).user(user.id.as_str()).device(device);
        event.record_in(&mut tx, now).await?;
        tx.commit().await?;
        event.tell(&self.metrics);
        self.mail_waiting.notify_one();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn request() -> ResetRequest {
        let address = EmailAddress::parse("ada@example.com").expect("an address");
        ResetRequest { address, request: LinkRequest::default() }
    }

    #[tokio::test]
    async fn no_more_wait_than_there_is_room_for() -> Result<(), Error> {
        let (queue, mut entries) = mpsc::channel(2);
        let requests = ResetRequests { queue, patience: Duration::from_millis(20) };
        requests.take(request()).await?;
        requests.take(request()).await?;
        assert!(matches!(requests.take(request()).await, Err(Error::Busy)));
        assert!(entries.recv().await.is_some());
        requests.take(request()).await
    }

    #[tokio::test]
    async fn whoever_asks_hears_nothing_of_a_database_that_is_away() -> Result<(), Error> {
        let (auth, _, db) = testing::auth().await?;
        db.close().await;
        for _ in 0..3 {
            auth.0.reset_requests.take(request()).await?;
        }
        auth.0.reset_requests.settle().await;
        Ok(())
    }
}
