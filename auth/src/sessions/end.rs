//! Statements that end sessions, and the events of their end.

use crate::{
    clock::Millis,
    error::Error,
    events::event::Event,
    ids::{SessionId, UserId},
    sessions::{kind::SessionKind, session::SESSIONS_PER_USER},
    storage::db::Engine,
};
use contract::{EndReason, EventKind};
use sqlx::Transaction;

/// Sessions of one user whose end was written.
pub(crate) struct Ended {
    user_id: UserId,
    pub(crate) ids: Vec<SessionId>,
    reason: EndReason,
}

/// Ends one session `(user id, session id)`, unless it had ended before.
pub(crate) async fn one(
    tx: &mut Transaction<'static, Engine>,
    (user_id, id): (&UserId, &SessionId),
    reason: EndReason,
    now: Millis,
) -> Result<Ended, Error> {
    let ended: Vec<(SessionId,)> = sqlx::query_as(
        "UPDATE sessions SET ended_at = $3, end_reason = $4
         WHERE id = $1 AND user_id = $2 AND ended_at IS NULL RETURNING id",
    )
    .bind(id)
    .bind(user_id)
    .bind(now)
    .bind(reason.as_str())
    .fetch_all(&mut **tx)
    .await?;
    Ok(Ended::new(user_id, ended, reason))
}

/// Ends every live session of a user except `kept`.
pub(crate) async fn all(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    kept: Option<&SessionId>,
    reason: EndReason,
    now: Millis,
) -> Result<Ended, Error> {
    let ended: Vec<(SessionId,)> = sqlx::query_as(
        "UPDATE sessions SET ended_at = $2, end_reason = $3
         WHERE user_id = $1 AND ended_at IS NULL AND ends_at > $2 AND ($4 IS NULL OR id <> $4) RETURNING id",
    )
    .bind(user_id)
    .bind(now)
    .bind(reason.as_str())
    .bind(kept)
    .fetch_all(&mut **tx)
    .await?;
    Ok(Ended::new(user_id, ended, reason))
}

/// Ends the oldest sessions of one kind if a user has more than [`SESSIONS_PER_USER`].
pub(crate) async fn oldest(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    kind: SessionKind,
    now: Millis,
) -> Result<Ended, Error> {
    let ended: Vec<(SessionId,)> = sqlx::query_as(
        "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id IN (
             SELECT id FROM sessions WHERE user_id = $1 AND kind = $5 AND ended_at IS NULL AND ends_at > $2
             ORDER BY begun_at DESC, id DESC LIMIT 1000 OFFSET $4)
         RETURNING id",
    )
    .bind(user_id)
    .bind(now)
    .bind(EndReason::TooMany.as_str())
    .bind(SESSIONS_PER_USER)
    .bind(kind.as_str())
    .fetch_all(&mut **tx)
    .await?;
    Ok(Ended::new(user_id, ended, EndReason::TooMany))
}

impl Ended {
    fn new(user_id: &UserId, ended: Vec<(SessionId,)>, reason: EndReason) -> Self {
        Self { user_id: user_id.clone(), ids: ended.into_iter().map(|(id,)| id).collect(), reason }
    }

    /// Returns the event of each session.
    pub(crate) fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.ids.iter().map(|id| {
            let event = match self.reason {
                EndReason::SignedOut => Event::done(EventKind::SignedOut),
                reason => Event::done(EventKind::SessionEnded).detail(reason.as_str()),
            };
            event.user(&self.user_id).session(id)
        })
    }
}
