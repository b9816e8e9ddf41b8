//! A person's own sessions: where they are signed in, and how they end that elsewhere.

use crate::{
    accounts::user,
    clock::Millis,
    error::Error,
    handle::{Auth, facets::Sessions},
    ids::SessionId,
    sessions::{
        kind::SessionKind,
        session::{self, Session},
    },
};
use contract::{EndReason, Words};
use sqlx::FromRow;

/// A live session, as its owner is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSession {
    /// The session's id.
    pub id: SessionId,
    /// The user agent that used it last; [`crate::UserAgent`] reads it.
    pub user_agent: String,
    /// When the person signed in, in milliseconds UTC.
    pub begun_at: Millis,
    /// When it was last used, to within a few minutes.
    pub last_seen_at: Millis,
    /// From which address, where known.
    pub address: Option<String>,
    /// The kind of its client.
    pub kind: SessionKind,
    /// When it ends if it is not used again, in milliseconds UTC.
    pub ends_at: Millis,
    /// Whether it is the session that asks.
    pub is_this: bool,
}

#[derive(FromRow)]
struct Row {
    id: SessionId,
    user_agent: String,
    begun_at: Millis,
    last_seen_at: Millis,
    address: Option<String>,
    kind: String,
    ends_at: Millis,
}

impl Sessions<'_> {
    /// Every live session of the account: first the one that asks, then those that were used last.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn list(self, session: &Session) -> Result<Vec<DeviceSession>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, user_agent, begun_at, last_seen_at, address, kind, ends_at FROM sessions
             WHERE user_id = $1 AND ended_at IS NULL AND ends_at > $2
             ORDER BY CASE WHEN id = $3 THEN 0 ELSE 1 END, last_seen_at DESC, id DESC",
        )
        .bind(&session.user.id)
        .bind(self.auth.0.clock.now())
        .bind(&session.id)
        .fetch_all(self.auth.0.db.readers())
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(DeviceSession {
                    is_this: row.id == session.id,
                    id: row.id,
                    user_agent: row.user_agent,
                    begun_at: row.begun_at,
                    last_seen_at: row.last_seen_at,
                    address: row.address,
                    kind: SessionKind::named(&row.kind).ok_or(Error::Corrupt("the kind of a session"))?,
                    ends_at: row.ends_at,
                })
            })
            .collect()
    }

    /// Ends one of the account's sessions. Its access tokens are refused from that moment.
    ///
    /// # Errors
    /// [`Error::ReauthenticationRequired`]; [`Error::NotFound`] where the account has no such session, or it has ended
    /// already; [`Error::Database`].
    pub async fn end(self, session: &Session, id: &SessionId) -> Result<(), Error> {
        self.auth.require_recent(session)?;
        let client = self.auth.client_of(session).await?;
        let now = self.auth.0.clock.now();
        let mut change = self.auth.change(now).await?;
        if !change.end_session((&session.user.id, id), EndReason::Revoked, &client).await? {
            // Given back first: the next look needs a connection, too.
            change.roll_back().await?;
            return Err(self.auth.no_session_of_theirs(session, id).await?);
        }
        change.commit().await?;
        Ok(())
    }

    /// Ends every session of the account but the one that asks; gives how many.
    ///
    /// # Errors
    /// [`Error::ReauthenticationRequired`], [`Error::Database`].
    pub async fn end_others(self, session: &Session) -> Result<u64, Error> {
        self.auth.require_recent(session)?;
        let client = self.auth.client_of(session).await?;
        let now = self.auth.0.clock.now();
        let (user_id, kept) = (&session.user.id, Some(&session.id));
        let mut change = self.auth.change(now).await?;
        // A sign-in that is under way comes before this, or after.
        user::hold_any(&mut change, user_id).await?;
        let ended = change.end_sessions(user_id, kept, EndReason::Revoked, &client).await?;
        change.commit().await?;
        Ok(ended.len() as u64)
    }
}

impl Auth {
    /// Returns the error for a session `id` that the account does not have. Records it if another account has it.
    async fn no_session_of_theirs(&self, session: &Session, id: &SessionId) -> Result<Error, Error> {
        let stored = session::load(&self.0.db, id).await?;
        let is_anothers = stored.is_some_and(|stored| stored.session.user.id != session.user.id);
        Ok(if is_anothers { self.access_refused(session, "session").await } else { Error::NotFound })
    }
}
