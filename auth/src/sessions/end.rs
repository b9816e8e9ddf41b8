//! Statements that end sessions, and the events of their end.

use crate::{
    clock::Millis,
    error::Error,
    events::{event::Event, kind::EventKind},
    sessions::{end_reason::EndReason, session},
    storage::db::Engine,
};
use sqlx::Transaction;

/// Sessions of one user whose end was written.
pub(crate) struct Ended {
    user_id: String,
    pub(crate) ids: Vec<String>,
    reason: EndReason,
}

/// Ends one session `(user id, session id)`, unless it had ended before.
pub(crate) async fn one(
    tx: &mut Transaction<'static, Engine>,
    (user_id, id): (&str, &str),
    reason: EndReason,
    now: Millis,
) -> Result<Ended, Error> {
    let ended = session::end(tx, user_id, id, reason, now).await?;
    let ids = if ended { vec![id.to_owned()] } else { Vec::new() };
    Ok(Ended { user_id: user_id.to_owned(), ids, reason })
}

/// Ends every live session of a user except `kept`.
pub(crate) async fn all(
    tx: &mut Transaction<'static, Engine>,
    user_id: &str,
    kept: Option<&str>,
    reason: EndReason,
    now: Millis,
) -> Result<Ended, Error> {
    let ids = session::end_all(tx, user_id, kept, reason, now).await?;
    Ok(Ended { user_id: user_id.to_owned(), ids, reason })
}

/// Ends the oldest sessions of one kind if a user has more than allowed.
pub(crate) async fn oldest(
    tx: &mut Transaction<'static, Engine>,
    user_id: &str,
    cookieless: bool,
    now: Millis,
) -> Result<Ended, Error> {
    let ids = session::end_oldest(tx, user_id, cookieless, now).await?;
    Ok(Ended { user_id: user_id.to_owned(), ids, reason: EndReason::TooMany })
}

impl Ended {
    /// Returns the event of each session.
    pub(crate) fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.ids.iter().map(|id| {
            let event = match self.reason {
                EndReason::SignedOut => Event::done(EventKind::SignedOut),
                reason => Event::done(EventKind::SessionEnded).detail(reason.as_str()),
            };
            event.user(self.user_id.as_str()).session(id)
        })
    }
}
