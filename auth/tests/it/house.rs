//! Short names for the actions of people and thieves.

pub(crate) use auth::testing::{
    ADA, BOB, CURL, FIREFOX, NEW_ADDRESS, NEW_PASSWORD, PASSWORD, SAFARI, THIEF, WRONG_PASSWORD,
};

use auth::testing::{self, TestDb};
use auth::{
    Auth, Client, Clock, Db, Error, Grant, NewSession, Refusal, Session, SessionId, SessionKind, SignIn, UserId,
    Violation,
};
use futures::FutureExt;
use std::net::IpAddr;

/// Accounts with their clock and database.
pub(crate) struct House {
    pub(crate) auth: Auth,
    pub(crate) clock: Clock,
    pub(crate) db: TestDb,
}

/// A session's row, without constant columns.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) generation: i64,
    pub(crate) rotated_at: i64,
    pub(crate) late_at: Option<i64>,
    pub(crate) user_agent: String,
    pub(crate) last_seen_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) end_reason: Option<String>,
}

/// An event's row, without its id.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct EventRow {
    pub(crate) at: i64,
    pub(crate) kind: String,
    pub(crate) outcome: String,
    pub(crate) user_id: Option<UserId>,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) address: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) detail: Option<String>,
}

impl EventRow {
    /// Returns kind, outcome and detail, without the account.
    pub(crate) fn told(&self) -> String {
        let detail = self.detail.as_deref().unwrap_or_default();
        format!("{} {} {detail}", self.kind, self.outcome).trim_end().to_owned()
    }
}

impl House {
    pub(crate) async fn new() -> Result<Self, Error> {
        let (auth, clock, db) = testing::auth().await?;
        Ok(Self { auth, clock, db })
    }

    /// Opens an existing database.
    pub(crate) fn at(url: &str, auth: Auth, clock: Clock) -> Self {
        let db = TestDb::elsewhere(auth.db().clone(), url);
        Self { auth, clock, db }
    }

    /// Opens a database with several real connections.
    pub(crate) async fn with_connections() -> Result<Self, Error> {
        let db = testing::database_with_connections().await?;
        let clock = Clock::hand_set(testing::NEW_YEAR);
        Ok(Self { auth: Auth::new(db.clone(), clock.clone(), testing::config())?, clock, db })
    }

    /// Signs up from Firefox with `Keep me signed in`.
    pub(crate) async fn sign_up(&self, email: &str) -> Result<Grant, Error> {
        self.auth.sign_up(email, PASSWORD.into(), remembered()).await.map(SignIn::expect_grant)
    }

    /// Signs in from Firefox with `Keep me signed in`.
    pub(crate) async fn sign_in(&self, email: &str) -> Result<Grant, Error> {
        self.auth.sign_in(email, PASSWORD.into(), remembered()).await.map(SignIn::expect_grant)
    }

    /// Refreshes from Firefox.
    pub(crate) async fn refresh(&self, token: &str) -> Result<Grant, Error> {
        self.auth.sessions().refresh(token, &from(FIREFOX), None).await
    }

    /// Refreshes with the token of `grant`.
    pub(crate) async fn renew(&self, grant: &Grant) -> Result<Grant, Error> {
        self.refresh(grant.refresh_token.expose()).await
    }

    /// Loads a page in Firefox.
    pub(crate) async fn look(&self, token: &str) -> Result<Option<Session>, Error> {
        self.auth.sessions().peek(token, &from(FIREFOX)).await
    }

    /// Authenticates with an access token from Firefox.
    pub(crate) async fn authenticate(&self, token: &str) -> Result<Session, Error> {
        self.auth.sessions().authenticate(token, &from(FIREFOX)).await
    }

    /// Returns an access token for a session.
    pub(crate) fn bearer(&self, session: &Session) -> Result<String, Error> {
        let minted = self.auth.sessions().access_token(session).now_or_never().expect("Ed25519 signs without waiting");
        Ok(minted?.expose().to_owned())
    }

    pub(crate) async fn row(&self, sid: impl AsRef<str>) -> Result<Row, Error> {
        Ok(sqlx::query_as(
            "SELECT generation, rotated_at, late_at, user_agent, last_seen_at, ends_at, ended_at, end_reason
             FROM sessions WHERE id = $1",
        )
        .bind(sid.as_ref())
        .fetch_one(self.db.readers())
        .await?)
    }

    /// Returns the reason why a session ended, if it did.
    pub(crate) async fn end_reason(&self, sid: impl AsRef<str>) -> Result<Option<String>, Error> {
        Ok(self.row(sid).await?.end_reason)
    }

    /// Returns every event, oldest first, including those that wait for a shared write.
    pub(crate) async fn events(&self) -> Result<Vec<EventRow>, Error> {
        self.auth.upkeep().settle().await;
        Ok(sqlx::query_as(
            "SELECT at, kind, outcome, user_id, session_id, address, device, detail FROM events ORDER BY id",
        )
        .fetch_all(self.db.readers())
        .await?)
    }

    /// Returns the summaries of all events, oldest first.
    pub(crate) async fn told(&self) -> Result<Vec<String>, Error> {
        Ok(self.events().await?.iter().map(EventRow::told).collect())
    }

    /// Returns the result of a `SELECT COUNT(*)`.
    pub(crate) async fn count(&self, query: &'static str) -> Result<i64, Error> {
        let (count,): (i64,) = sqlx::query_as(query).fetch_one(self.db.readers()).await?;
        Ok(count)
    }

    /// Changes a row directly in the database, as another process could; `statement` names its id as `$1`.
    pub(crate) async fn execute(&self, statement: &'static str, id: impl AsRef<str>) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let changed = sqlx::query(statement).bind(id.as_ref()).execute(&mut *tx).await?;
        assert_eq!(changed.rows_affected(), 1, "{statement}");
        Ok(tx.commit().await?)
    }

    pub(crate) async fn disable(&self, user_id: impl AsRef<str>) -> Result<(), Error> {
        self.execute("UPDATE users SET disabled_at = 1 WHERE id = $1", user_id).await
    }
}

/// Returns every table of the schema, including those of features.
pub(crate) async fn tables(db: &Db) -> Result<Vec<String>, Error> {
    let schema = if testing::on_postgres() {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema()"
    } else {
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    };
    let names: Vec<(String,)> = sqlx::query_as(schema).fetch_all(db.readers()).await?;
    Ok(names.into_iter().map(|(name,)| name).filter(|name| name != "_sqlx_migrations").collect())
}

/// Returns a client without an address.
pub(crate) fn from(user_agent: &str) -> Client {
    Client { user_agent: user_agent.to_owned(), address: None, token: None }
}

/// Returns a sign-in from Firefox with `Keep me signed in`.
pub(crate) fn remembered() -> NewSession {
    NewSession { remember: true, ..unremembered() }
}

/// Returns a sign-in from Firefox without `Keep me signed in`.
pub(crate) fn unremembered() -> NewSession {
    NewSession { client: from(FIREFOX), ..NewSession::default() }
}

/// Returns a sign-in from a client that is not a browser.
pub(crate) fn cookieless() -> NewSession {
    NewSession { kind: SessionKind::Cookieless, client: from(CURL), ..remembered() }
}

/// Returns a client with an address.
pub(crate) fn from_address(user_agent: &str, address: [u8; 4]) -> Client {
    Client { user_agent: user_agent.to_owned(), address: Some(IpAddr::from(address)), token: None }
}

/// Returns the violations of a result, if it has any.
pub(crate) fn violations<T>(result: Result<T, Error>) -> Vec<Violation> {
    match result {
        Err(Error::Invalid(violations)) => violations,
        _ => Vec::new(),
    }
}

/// Returns a sign-in in a browser that holds `token`.
pub(crate) fn holding(token: &str) -> NewSession {
    NewSession { presented: Some(token.to_owned()), ..remembered() }
}

/// Returns the reason of a refusal, if the result is one.
pub(crate) fn refusal<T>(result: Result<T, Error>) -> Option<Refusal> {
    result.err().and_then(|error| match error {
        Error::Unauthenticated(why) => Some(why),
        _ => None,
    })
}
