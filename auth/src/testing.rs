//! For tests, here and in the crates above: a database of its own for each, and a configuration that hashes fast.
//!
//! Where `LATCHKEY_TEST_POSTGRES` names a server, each database is a schema of its own there; else it is SQLite.

mod cast;
mod mail;
mod measured;

pub use cast::{
    ADA, BOB, CURL, FIREFOX, GRACE, NEW_ADDRESS, NEW_PASSWORD, PASSWORD, SAFARI, SECRET, THIEF, WRONG_PASSWORD,
};
pub use mail::{CATALOGUE, formatted, mails};
pub use measured::{Figures, Measured};

use crate::{
    administration::facet::Actor,
    clock::{Clock, DAY, HOUR, MINUTE, Millis, SECOND},
    error::Error,
    handle::{Auth, Config, Grant, SignIn},
    keys::{app_secret::AppSecret, signing::algorithm::KeyAlgorithm},
    passwords::{hash::Argon2Cost, policy::PasswordPolicy},
    sessions::session::Lifetime,
    storage::db::Db,
    throttle::Throttle,
};
use sqlx::AssertSqlSafe;
use std::ops::Deref;
use tempfile::TempDir;
use uuid::Uuid;

/// Where hand-set clocks start: 2026-01-01T00:00:00Z.
pub const NEW_YEAR: Millis = 1_767_225_600_000;

/// How old the last proof may be, in milliseconds.
pub const RECENT: Millis = 10 * MINUTE;

/// A migrated database that is gone when this is dropped.
pub struct TestDb {
    db: Db,
    url: String,
    _folder: Option<TempDir>,
}

impl TestDb {
    /// A database whose place is looked after elsewhere.
    pub fn elsewhere(db: Db, url: &str) -> Self {
        Self { db, url: url.to_owned(), _folder: None }
    }

    /// Where it is, for a second connection.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

/// Whether tests run on PostgreSQL.
pub fn on_postgres() -> bool {
    postgres().is_some()
}

fn postgres() -> Option<String> {
    std::env::var("LATCHKEY_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// The fastest database: in memory, or a PostgreSQL schema.
///
/// # Errors
/// As [`Db::connect`] and [`Db::migrate`].
pub async fn database() -> Result<TestDb, Error> {
    let db = empty_database().await?;
    db.migrate().await?;
    Ok(db)
}

/// Returns a database without a schema, for tests of migrations.
pub(crate) async fn empty_database() -> Result<TestDb, Error> {
    match postgres() {
        Some(server) => schema(&server).await,
        None => connected("sqlite::memory:".to_owned(), None).await,
    }
}

/// A database with real connections that wait for one another: a file, or a PostgreSQL schema.
///
/// # Errors
/// As [`Db::connect`] and [`Db::migrate`].
pub async fn database_with_connections() -> Result<TestDb, Error> {
    let db = if let Some(server) = postgres() {
        schema(&server).await?
    } else {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        connected(url, Some(folder)).await?
    };
    db.migrate().await?;
    Ok(db)
}

async fn schema(server: &str) -> Result<TestDb, Error> {
    let schema = format!("test_{}", Uuid::now_v7().simple());
    let separator = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{separator}options[search_path]={schema}");
    let db = Db::connect(&url).await?;
    // The connections exist before the schema. Opening another one would take longer than the test.
    sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&mut *db.writer().await?).await?;
    Ok(TestDb { db, url, _folder: None })
}

async fn connected(url: String, folder: Option<TempDir>) -> Result<TestDb, Error> {
    let db = Db::connect(&url).await?;
    Ok(TestDb { db, url, _folder: folder })
}

/// The defaults of the program, but for a hash that takes no time, and more tries than a test makes.
///
/// # Panics
/// Never: the secret is long enough.
#[expect(clippy::expect_used, reason = "a constant that is known to be good")]
pub fn config() -> Config {
    Config {
        public_url: "https://latchkey.example".to_owned(),
        secret: AppSecret::new(SECRET.into()).expect("long enough"),
        old_secret: None,
        access_token_ttl: 10 * MINUTE,
        token_algorithm: KeyAlgorithm::EdDsa,
        signing_key: None,
        key_rotation: 90 * DAY,
        refresh_grace: 30 * SECOND,
        remembered: Lifetime { idle: 14 * DAY, max: 90 * DAY },
        unremembered: Lifetime { idle: 12 * HOUR, max: 12 * HOUR },
        recent: RECENT,
        password: PasswordPolicy { min_length: 12, product: "Latchkey".to_owned() },
        breached_passwords: None,
        argon2: Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 },
        events_kept_for: 90 * DAY,
        require_verified_email: false,
        throttle: Throttle { free_per_account: 10_000, free_per_address: 10_000 },
        mail: CATALOGUE,
    }
}

/// Returns the administrator of tests.
pub fn operator() -> Actor {
    Actor::command_line(Some("root"))
}

impl SignIn {
    /// Returns the grant of a session that has begun.
    ///
    /// # Panics
    /// If none has.
    pub fn expect_grant(self) -> Grant {
        match self {
            Self::Granted(grant) => grant,
            Self::Unverified => panic!("no session begins before the address is verified"),
        }
    }
}

/// Accounts on a database of their own, with a clock that stands at [`NEW_YEAR`].
///
/// # Errors
/// As [`database`] and [`Auth::new`].
pub async fn auth() -> Result<(Auth, Clock, TestDb), Error> {
    let db = database().await?;
    let clock = Clock::hand_set(NEW_YEAR);
    Ok((Auth::new(db.clone(), clock.clone(), config())?, clock, db))
}
