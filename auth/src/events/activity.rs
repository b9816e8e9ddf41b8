//! The record of what happened: how it is written, and what a person reads of their own.

use crate::{
    Auth,
    clients::client::Device,
    clock::Millis,
    error::Error,
    events::event::{Event, EventKind, Outcome, Row},
    sessions::session::Session,
    storage::db::{Db, Engine},
};
use sqlx::{FromRow, Transaction};

/// The most events that are given at once.
pub const ACTIVITY_PAGE_MAX: u32 = 100;

/// Something that happened to a person's account, as the person is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// A UUIDv7; the order of ids is that of events.
    pub id: String,
    /// When, in milliseconds UTC.
    pub at: Millis,
    /// What.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: Outcome,
    /// The user agent that caused it, where known.
    pub device: Option<String>,
    /// The client's address, where known.
    pub address: Option<String>,
    /// Whether it happened in the session that asks.
    pub this_session: bool,
    /// One of a closed set of words, which depends on the kind.
    pub detail: Option<String>,
}

#[derive(FromRow)]
struct Kept {
    id: String,
    at: Millis,
    kind: String,
    outcome: String,
    session_id: Option<String>,
    address: Option<String>,
    device: Option<String>,
    detail: Option<String>,
}

impl Kept {
    /// `None` for an event of a kind that this version does not know.
    fn shown_in(self, session: &Session) -> Option<Activity> {
        Some(Activity {
            kind: EventKind::named(&self.kind)?,
            outcome: Outcome::named(&self.outcome)?,
            this_session: self.session_id.as_ref() == Some(&session.id),
            id: self.id,
            at: self.at,
            device: self.device,
            address: self.address,
            detail: self.detail,
        })
    }
}

impl Auth {
    /// What happened to the account, newest first: up to `limit` events (at most [`ACTIVITY_PAGE_MAX`]) that came
    /// before the one with the id `before`, or the newest.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn activity(&self, session: &Session, before: Option<&str>, limit: u32) -> Result<Vec<Activity>, Error> {
        let limit = i64::from(limit.min(ACTIVITY_PAGE_MAX));
        let kept: Vec<Kept> = sqlx::query_as(
            "SELECT id, at, kind, outcome, session_id, address, device, detail FROM events
             WHERE user_id = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        )
        .bind(&session.user.id)
        .bind(before)
        .bind(limit)
        .fetch_all(self.0.db.readers())
        .await?;
        Ok(kept.into_iter().filter_map(|kept| kept.shown_in(session)).collect())
    }

    /// Records that something was refused above this crate: a request from another site, say. Costs the request no
    /// write.
    pub fn record_refusal(&self, kind: EventKind, user: Option<&str>, device: &Device) {
        self.record(&Event::refused(kind).user(user).device(device));
    }

    /// Records that the person of `session` asked for something that is there and somebody else's. `what` is the word for
    /// it: `note`, say. Gives the error to answer with, which is that of a thing that is not there, so that nobody learns
    /// what is. Costs the request no write.
    pub async fn access_refused(&self, session: &Session, what: &'static str) -> Error {
        // Remembered of a request that has just proved itself, so that the answer takes no longer than any other. Where
        // the database does not say, the event goes without.
        let standing = self.0.standings.get(&self.0.db, &session.id).await.ok().flatten();
        let device = standing.map(|standing| standing.stored.device()).unwrap_or_default();
        self.record(&Event::refused(EventKind::AccessRefused).of(session).device(&device).detail(what));
        Error::NotFound
    }

    /// Waits until every refusal so far is written and every request for a new password looked into. To be called
    /// before the process ends.
    pub async fn settle(&self) {
        self.0.reset_requests.settle().await;
        self.0.refusals.settle().await;
    }

    /// Logs an event, and records it with the next batch.
    pub(crate) fn record(&self, event: &Event<'_>) {
        event.tell(&self.0.metrics);
        self.0.refusals.take(event, &self.0.clock);
    }
}

/// Everything that is kept about a user, oldest first, whoever asks.
pub(crate) async fn all_of(db: &Db, session: &Session) -> Result<Vec<Activity>, Error> {
    let kept: Vec<Kept> = sqlx::query_as(
        "SELECT id, at, kind, outcome, session_id, address, device, detail FROM events WHERE user_id = $1 ORDER BY id",
    )
    .bind(&session.user.id)
    .fetch_all(db.readers())
    .await?;
    Ok(kept.into_iter().filter_map(|kept| kept.shown_in(session)).collect())
}

/// When something was last recorded, in milliseconds UTC.
///
/// # Errors
/// [`Error::Database`].
pub async fn newest_event_at(db: &Db) -> Result<Option<Millis>, Error> {
    let newest: Option<(Millis,)> =
        sqlx::query_as("SELECT at FROM events ORDER BY at DESC LIMIT 1").fetch_optional(db.readers()).await?;
    Ok(newest.map(|(at,)| at))
}

/// Leaves of a deleted user's events that they happened, and not to whom or from where.
pub(crate) async fn anonymise(tx: &mut Transaction<'static, Engine>, user_id: &str) -> Result<(), Error> {
    sqlx::query(
        "UPDATE events SET user_id = NULL, session_id = NULL, address = NULL, device = NULL WHERE user_id = $1",
    )
    .bind(user_id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Row {
    /// As [`anonymise`], of an event that is not written yet.
    pub(crate) fn anonymise(&mut self) {
        (self.user_id, self.session_id, self.address, self.device) = (None, None, None, None);
    }
}
