//! The record of what happened: how it is written, and what a person reads of their own.

use crate::{
    clock::Millis,
    error::Error,
    handle::facets::OwnAccount,
    ids::{SessionId, UserId},
    sessions::session::Session,
    storage::db::{Db, Engine},
};
use contract::{EventKind, Outcome, Words};
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
    session_id: Option<SessionId>,
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

impl OwnAccount<'_> {
    /// What happened to the account, newest first: up to `limit` events (at most [`ACTIVITY_PAGE_MAX`]) that came
    /// before the one with the id `before`, or the newest.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn activity(self, before: Option<&str>, limit: u32) -> Result<Vec<Activity>, Error> {
        let Self { auth, session } = self;
        let limit = i64::from(limit.min(ACTIVITY_PAGE_MAX));
        let kept: Vec<Kept> = sqlx::query_as(
            "SELECT id, at, kind, outcome, session_id, address, device, detail FROM events
             WHERE user_id = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        )
        .bind(&session.user.id)
        .bind(before)
        .bind(limit)
        .fetch_all(auth.0.db.readers())
        .await?;
        Ok(kept.into_iter().filter_map(|kept| kept.shown_in(session)).collect())
    }
}

/// Loads every event of a user, oldest first.
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
pub(crate) async fn anonymise(tx: &mut Transaction<'static, Engine>, user_id: &UserId) -> Result<(), Error> {
    sqlx::query(
        "UPDATE events SET user_id = NULL, session_id = NULL, address = NULL, device = NULL WHERE user_id = $1",
    )
    .bind(user_id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
