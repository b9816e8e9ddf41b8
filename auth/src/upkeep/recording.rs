//! Records what was refused, and finishes what waits to be written.

use crate::{
    clients::client::Client,
    error::Error,
    events::event::Event,
    handle::{Auth, facets::Upkeep},
    ids::UserId,
    sessions::session::Session,
};
use contract::{EventKind, Permission};

impl Upkeep<'_> {
    /// Waits until every refusal so far is written and every request for a new password looked into. To be called
    /// before the process ends.
    pub async fn settle(self) {
        self.auth.0.reset_requests.settle().await;
        self.auth.0.refusals.settle().await;
    }
}

impl Auth {
    /// Records that something was refused above this crate: a request from another site, say. Costs the request no
    /// write.
    pub fn record_refusal(&self, kind: EventKind, user: Option<&UserId>, client: &Client) {
        self.record(&Event::refused(kind).user(user).client(client));
    }

    /// Lets a request pass whose session permits it. Records a refusal.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require(&self, session: &Session, permission: Permission) -> Result<(), Error> {
        if session.roles.permit(permission) {
            return Ok(());
        }
        self.record(&Event::refused(EventKind::AccessRefused).of(session).detail(permission.as_str()));
        Err(Error::Forbidden(permission))
    }

    /// Records that the person of `session` asked for something that is there and somebody else's. `what` is the word for
    /// it: `note`, say. Gives the error to answer with, which is that of a thing that is not there, so that nobody learns
    /// what is. Costs the request no write.
    pub async fn access_refused(&self, session: &Session, what: &'static str) -> Error {
        // Remembered of a request that has just proved itself, so that the answer takes no longer than any other. Where
        // the database does not say, the event goes without.
        let standing = self.0.effects.standings.get(&self.0.db, &session.id).await.ok().flatten();
        let client = standing.map(|standing| standing.stored.client()).unwrap_or_default();
        self.record(&Event::refused(EventKind::AccessRefused).of(session).client(&client).detail(what));
        Error::NotFound
    }

    /// Logs an event, and records it with the next batch.
    pub(crate) fn record(&self, event: &Event<'_>) {
        event.tell(&self.0.effects.metrics.events);
        self.0.refusals.put(event, &self.0.clock);
    }
}
