//! Security events: a row for each, and a line in the log under the same name, without secrets (OWASP ASVS 5.0,
//! V16.3).
//!
//! What changed something is recorded in the transaction of the change ([`Event::record_in`]) and told after its
//! commit ([`Event::tell`]). What was only refused waits for a common write ([`crate::Auth::record`]), so that garbage
//! costs none of its own.

use crate::{
    clients::client::Device,
    clock::Millis,
    error::Error,
    events::{
        kind::{EventKind, Outcome},
        metrics::EventCounters,
    },
    storage::db::Engine,
};
use sqlx::Transaction;
use std::borrow::Cow;
use tracing::Level;
use uuid::Uuid;

/// One event, as it is told: what, who, in which session, from where.
#[derive(Clone, Debug)]
#[must_use = "an event that is not recorded tells nobody"]
pub(crate) struct Event<'a> {
    kind: EventKind,
    outcome: Outcome,
    user: Option<&'a str>,
    session: Option<&'a str>,
    device: Option<&'a Device>,
    /// A word of ours, never of a client's.
    detail: Option<Cow<'static, str>>,
    generations: Option<(i64, i64)>,
}

impl<'a> Event<'a> {
    /// Something that was done.
    pub(crate) fn done(kind: EventKind) -> Self {
        Self { kind, outcome: Outcome::Done, user: None, session: None, device: None, detail: None, generations: None }
    }

    /// Something that was refused.
    pub(crate) fn refused(kind: EventKind) -> Self {
        Self { outcome: Outcome::Refused, ..Self::done(kind) }
    }

    /// To whom it happened.
    pub(crate) fn user(self, id: impl Into<Option<&'a str>>) -> Self {
        Self { user: id.into(), ..self }
    }

    /// In which session.
    pub(crate) fn session(self, id: &'a str) -> Self {
        Self { session: Some(id), ..self }
    }

    /// Who caused it.
    pub(crate) fn device(self, device: &'a Device) -> Self {
        Self { device: Some(device), ..self }
    }

    /// What more there is to say: one of a closed set of words.
    pub(crate) fn detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// For the log: where the session stood, and which generation was presented.
    pub(crate) fn generations(self, stored: i64, presented: i64) -> Self {
        Self { generations: Some((stored, presented)), ..self }
    }

    /// Records it with what it tells about: both are committed, or neither. To be told after the commit.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn record_in(&self, tx: &mut Transaction<'static, Engine>, now: Millis) -> Result<(), Error> {
        self.row(now).insert(tx).await
    }

    /// Logs it and counts it.
    pub(crate) fn tell(&self, counters: &EventCounters) {
        self.log();
        counters.count((self.kind, self.outcome));
    }

    /// Writes it to the log, within the span of the request that caused it.
    fn log(&self) {
        let (user, session, detail) = (self.user, self.session, self.detail.as_deref());
        let generation = self.generations.map(|(stored, _)| stored);
        let presented = self.generations.map(|(_, presented)| presented);
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    target: "auth", $level, event = self.kind.as_str(), user, session, detail, generation, presented
                )
            };
        }
        match (self.kind, self.outcome) {
            (EventKind::TokenReplayed | EventKind::MailGivenUp, _) => line!(Level::ERROR),
            (EventKind::Repeated, _) | (_, Outcome::Refused) => line!(Level::WARN),
            (_, Outcome::Done) => line!(Level::INFO),
        }
    }

    /// As it is kept.
    pub(crate) fn row(&self, now: Millis) -> Row {
        Row {
            id: Uuid::now_v7().to_string(),
            at: now,
            kind: self.kind,
            outcome: self.outcome,
            user_id: self.user.map(str::to_owned),
            session_id: self.session.map(str::to_owned),
            address: self.device.and_then(Device::kept_address),
            device: self.device.map(Device::kept_user_agent).filter(|device| !device.is_empty()),
            detail: self.detail.clone(),
        }
    }
}

/// A row of the table of events.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) at: Millis,
    pub(crate) kind: EventKind,
    pub(crate) outcome: Outcome,
    pub(crate) user_id: Option<String>,
    pub(crate) session_id: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) detail: Option<Cow<'static, str>>,
}

impl Row {
    /// As [`anonymise`], of an event that is not written yet.
    pub(crate) fn anonymise(&mut self) {
        (self.user_id, self.session_id, self.address, self.device) = (None, None, None, None);
    }

    pub(crate) async fn insert(&self, tx: &mut Transaction<'static, Engine>) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO events (id, at, kind, outcome, user_id, session_id, address, device, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&self.id)
        .bind(self.at)
        .bind(self.kind.as_str())
        .bind(self.outcome.as_str())
        .bind(self.user_id.as_deref())
        .bind(self.session_id.as_deref())
        .bind(self.address.as_deref())
        .bind(self.device.as_deref())
        .bind(self.detail.as_deref())
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_says_nothing_of_itself_is_none() {
        let row = Event::refused(EventKind::SignInFailed).device(&Device::default()).row(7);
        assert_eq!((row.at, row.device, row.address), (7, None, None));
    }
}
