//! How sessions end: the row, the event beside it, and what is left to do after the commit.

use crate::{
    clients::client::Device,
    clock::Millis,
    error::Error,
    events::{event::Event, kind::EventKind},
    sessions::{end_reason::EndReason, session},
    storage::db::Engine,
};
use sqlx::Transaction;

/// Sessions of one user whose end was written. Requests are let in by what is remembered of them until
/// [`Auth::tell_ended`], which comes after the commit.
#[must_use = "to be told after the commit"]
pub(crate) struct Ended {
    user_id: String,
    pub(crate) ids: Vec<String>,
    reason: EndReason,
}

impl Ended {
    /// Ends one session of `user_id`; where it had ended before, there is nothing to tell.
    pub(crate) async fn one(
        tx: &mut Transaction<'static, Engine>,
        (user_id, id): (&str, &str),
        reason: EndReason,
        device: &Device,
        now: Millis,
    ) -> Result<Self, Error> {
        let ended = session::end(tx, user_id, id, reason, now).await?;
        let ids = if ended { vec![id.to_owned()] } else { Vec::new() };
        Self::recorded(tx, user_id, ids, reason, device, now).await
    }

    /// Ends every live session of a user, but `kept`.
    pub(crate) async fn all(
        tx: &mut Transaction<'static, Engine>,
        user_id: &str,
        kept: Option<&str>,
        reason: EndReason,
        device: &Device,
        now: Millis,
    ) -> Result<Self, Error> {
        let ids = session::end_all(tx, user_id, kept, reason, now).await?;
        Self::recorded(tx, user_id, ids, reason, device, now).await
    }

    /// Ends the oldest sessions of one kind where a user has more of it than are allowed.
    pub(crate) async fn oldest(
        tx: &mut Transaction<'static, Engine>,
        user_id: &str,
        cookieless: bool,
        device: &Device,
        now: Millis,
    ) -> Result<Self, Error> {
        let ids = session::end_oldest(tx, user_id, cookieless, now).await?;
        Self::recorded(tx, user_id, ids, EndReason::TooMany, device, now).await
    }

    /// Whether this session is among them: it was live, and is no more.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.ids.iter().any(|ended| ended == id)
    }

    async fn recorded(
        tx: &mut Transaction<'static, Engine>,
        user_id: &str,
        ids: Vec<String>,
        reason: EndReason,
        device: &Device,
        now: Millis,
    ) -> Result<Self, Error> {
        let ended = Self { user_id: user_id.to_owned(), ids, reason };
        for event in ended.events() {
            event.device(device).record_in(tx, now).await?;
        }
        Ok(ended)
    }

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
