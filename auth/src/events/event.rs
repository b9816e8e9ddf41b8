//! Security events: a row for each, and a line in the log under the same name, without secrets (OWASP ASVS 5.0,
//! V16.3).
//!
//! An operation records its event in its change ([`crate::change::Change::event`]), which tells it after the commit. A
//! refusal waits for a common write ([`crate::Auth::record`]), so that garbage costs no write of its own.

use crate::{
    clients::client::Client,
    clock::Millis,
    error::Error,
    events::metrics::EventCounters,
    ids::{SessionId, UserId},
};
use contract::{EventKind, Outcome};
use sqlx::AnyConnection;
use std::borrow::Cow;
use tracing::Level;
use uuid::Uuid;

/// One event, as it is told: what, who, in which session, from where.
#[derive(Clone, Debug)]
#[must_use = "an event that is not recorded is lost"]
pub(crate) struct Event<'a> {
    kind: EventKind,
    outcome: Outcome,
    user: Option<&'a UserId>,
    session: Option<&'a SessionId>,
    client: Option<&'a Client>,
    /// A word of ours, never of a client's.
    detail: Option<Cow<'static, str>>,
    generations: Option<(i64, i64)>,
}

impl<'a> Event<'a> {
    /// Something that was done.
    pub(crate) fn done(kind: EventKind) -> Self {
        Self { kind, outcome: Outcome::Done, user: None, session: None, client: None, detail: None, generations: None }
    }

    /// Something that was refused.
    pub(crate) fn refused(kind: EventKind) -> Self {
        Self { outcome: Outcome::Refused, ..Self::done(kind) }
    }

    /// To whom it happened.
    pub(crate) fn user(self, id: impl Into<Option<&'a UserId>>) -> Self {
        Self { user: id.into(), ..self }
    }

    /// In which session.
    pub(crate) fn session(self, id: &'a SessionId) -> Self {
        Self { session: Some(id), ..self }
    }

    /// Who caused it.
    pub(crate) fn client(self, client: &'a Client) -> Self {
        Self { client: Some(client), ..self }
    }

    /// What more there is to say: one of a closed set of words.
    pub(crate) fn detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// For the log: where the session stood, and which generation was presented.
    pub(crate) fn generations(self, stored: i64, presented: i64) -> Self {
        Self { generations: Some((stored, presented)), ..self }
    }

    /// Logs the event and counts it.
    pub(crate) fn tell(&self, counters: &EventCounters) {
        Line {
            kind: self.kind,
            outcome: self.outcome,
            user: self.user,
            session: self.session,
            actor: None,
            detail: self.detail.as_deref(),
            generations: self.generations,
        }
        .tell(counters);
    }

    /// Returns the event as it is stored and, after the commit, told. `actor` is the administrator who caused it.
    pub(crate) fn recorded(&self, now: Millis, actor: Option<&str>) -> Recorded {
        let row = Row { actor: actor.map(str::to_owned), ..self.row(now) };
        Recorded { row, generations: self.generations }
    }

    /// As it is kept.
    pub(crate) fn row(&self, now: Millis) -> Row {
        Row {
            id: Uuid::now_v7().to_string(),
            at: now,
            kind: self.kind,
            outcome: self.outcome,
            user_id: self.user.cloned(),
            session_id: self.session.cloned(),
            address: self.client.and_then(Client::kept_address),
            device: self.client.map(Client::kept_user_agent).filter(|device| !device.is_empty()),
            detail: self.detail.clone(),
            actor: None,
        }
    }
}

/// An event that is stored in a transaction, to be told after the commit.
pub(crate) struct Recorded {
    pub(crate) row: Row,
    generations: Option<(i64, i64)>,
}

impl Recorded {
    /// Logs the event and counts it.
    pub(crate) fn tell(&self, counters: &EventCounters) {
        let Row { kind, outcome, user_id, session_id, actor, detail, .. } = &self.row;
        Line {
            kind: *kind,
            outcome: *outcome,
            user: user_id.as_ref(),
            session: session_id.as_ref(),
            actor: actor.as_deref(),
            detail: detail.as_deref(),
            generations: self.generations,
        }
        .tell(counters);
    }
}

/// A line of the log.
struct Line<'a> {
    kind: EventKind,
    outcome: Outcome,
    user: Option<&'a UserId>,
    session: Option<&'a SessionId>,
    actor: Option<&'a str>,
    detail: Option<&'a str>,
    generations: Option<(i64, i64)>,
}

impl Line<'_> {
    /// Writes the line, within the span of the request that caused it, and counts the event.
    fn tell(&self, counters: &EventCounters) {
        let Self { actor, detail, .. } = *self;
        let (user, session) = (self.user.map(UserId::as_str), self.session.map(SessionId::as_str));
        let generation = self.generations.map(|(stored, _)| stored);
        let presented = self.generations.map(|(_, presented)| presented);
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    target: "auth", $level, event = self.kind.as_str(), user, session, actor, detail, generation, presented
                )
            };
        }
        match (self.kind, self.outcome) {
            (EventKind::TokenReplayed | EventKind::MailGivenUp, _) => line!(Level::ERROR),
            (EventKind::Repeated, _) | (_, Outcome::Refused) => line!(Level::WARN),
            (_, Outcome::Done) => line!(Level::INFO),
        }
        counters.count((self.kind, self.outcome));
    }
}

/// A row of the table of events.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) at: Millis,
    pub(crate) kind: EventKind,
    pub(crate) outcome: Outcome,
    pub(crate) user_id: Option<UserId>,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) address: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) detail: Option<Cow<'static, str>>,
    /// The administrator who caused the event; `None` for the account's owner or a stranger.
    pub(crate) actor: Option<String>,
}

impl Row {
    /// As [`anonymise`], of an event that is not written yet.
    pub(crate) fn anonymise(&mut self) {
        (self.user_id, self.session_id, self.address, self.device) = (None, None, None, None);
    }

    pub(crate) async fn insert(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO events (id, at, kind, outcome, user_id, session_id, address, device, detail, actor)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&self.id)
        .bind(self.at)
        .bind(self.kind.as_str())
        .bind(self.outcome.as_str())
        .bind(self.user_id.as_ref())
        .bind(self.session_id.as_ref())
        .bind(self.address.as_deref())
        .bind(self.device.as_deref())
        .bind(self.detail.as_deref())
        .bind(self.actor.as_deref())
        .execute(connection)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_says_nothing_of_itself_is_none() {
        let row = Event::refused(EventKind::SignInFailed).client(&Client::default()).row(7);
        assert_eq!((row.at, row.device, row.address), (7, None, None));
    }
}
