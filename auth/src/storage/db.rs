//! The database. What differs between the engines is here, in `backup.rs` (SQLite alone has a file) and in `error.rs`.

use crate::{
    error::Error,
    storage::{
        private_file::{self, create_private_folder, private_file},
        schema::{MIGRATOR, Schema, schema_of},
    },
};
use ::metrics::{Histogram, describe_histogram, histogram};
use percent_encoding::percent_decode_str;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::pool::PoolConnection;
use sqlx::{AnyConnection, AnyPool, Connection, Transaction};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The SQLx driver. Every statement is written so that SQLite and PostgreSQL read it alike.
pub type Engine = sqlx::Any;

/// How long a statement waits for another writer, and a request for a connection, before it is an honest 503.
const PATIENCE: Duration = Duration::from_secs(2);
/// Connections that read. SQLite's readers do not wait for its writer (WAL).
const READERS: u32 = 4;
/// Connections that write to PostgreSQL; SQLite has one writer by nature.
const POSTGRES_WRITERS: u32 = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Memory,
    File(PathBuf),
    Postgres,
}

/// A connected database: connections that write, of which SQLite has one, and several that read. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    writer: AnyPool,
    readers: AnyPool,
    place: Place,
    write_wait: Histogram,
}

impl Db {
    /// Connects to `url`: `sqlite://path`, `sqlite::memory:` or `postgres://…`. A SQLite file that is not there, and
    /// its folder, are made, for their owner alone. The schema is left as it is: see [`Db::migrate`].
    ///
    /// # Errors
    /// [`Error::Database`] where no connection can be had, [`Error::Io`] where file or folder cannot be made.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        install_default_drivers();
        let place = place(url);
        let url = match &place {
            Place::File(path) => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    create_private_folder(folder)?;
                }
                let url = if url.contains("mode=") { url.to_owned() } else { with_parameter(url, "mode=rwc") };
                if url.contains("mode=rwc") {
                    // SQLite would make it as the umask says. The files beside it get its mode from SQLite.
                    private_file::create(path)?;
                    restrict_all(path);
                }
                url
            }
            Place::Memory | Place::Postgres => url.to_owned(),
        };
        let writer = match place {
            Place::Postgres => pool(&place, POSTGRES_WRITERS, POSTGRES_SETTINGS),
            Place::Memory | Place::File(_) => pool(&place, 1, WRITER_PRAGMAS),
        };
        let writer = writer.connect(&url).await?;
        let readers = match place {
            // A second connection to `:memory:` would see another, empty database.
            Place::Memory => writer.clone(),
            Place::File(_) => pool(&place, READERS, READER_PRAGMAS).connect(&url).await?,
            Place::Postgres => pool(&place, READERS, POSTGRES_SETTINGS).connect(&url).await?,
        };
        Ok(Self { writer, readers, place, write_wait: Histogram::noop() })
    }

    /// The same, of a database that is there: nothing is made.
    ///
    /// # Errors
    /// [`Error::Database`] where there is none, or it cannot be opened.
    pub async fn open(url: &str) -> Result<Self, Error> {
        match place(url) {
            Place::File(_) if !url.contains("mode=") => Self::connect(&with_parameter(url, "mode=rw")).await,
            _ => Self::connect(url).await,
        }
    }

    /// How the schema stands to what this program knows.
    ///
    /// # Errors
    /// [`Error::Database`] where the database does not answer.
    pub async fn schema(&self) -> Result<Schema, Error> {
        schema_of(&mut *self.readers.acquire().await?).await
    }

    /// Brings the schema up to date. Two processes that start at once do it one after the other: PostgreSQL has a
    /// lock for that, for SQLite it is a file beside the database.
    ///
    /// # Errors
    /// [`Error::Schema`] where the database is not one that this program may migrate, [`Error::Migrate`] where a
    /// migration fails, [`Error::Io`] where the lock cannot be had, [`Error::Database`] where no connection can.
    pub async fn migrate(&self) -> Result<(), Error> {
        let _lock = match &self.place {
            Place::File(path) => Some(lock_beside(path).await?),
            Place::Memory | Place::Postgres => None,
        };
        let mut connection = self.writer.acquire().await?;
        if let Schema::Unusable(problem) = schema_of(&mut connection).await? {
            return Err(Error::Schema(problem));
        }
        if self.place == Place::Postgres {
            // Another process may be migrating, for as long as that takes. This connection's patience goes with it.
            connection.close_on_drop();
            sqlx::query("SET lock_timeout = 0").execute(&mut *connection).await?;
        }
        Ok(MIGRATOR.run(&mut *connection).await?)
    }

    /// The same, whose waits before a write are measured.
    pub(crate) fn measured(self) -> Self {
        Self { write_wait: write_wait(), ..self }
    }

    /// For `SELECT`s outside a transaction.
    pub fn readers(&self) -> &AnyPool {
        &self.readers
    }

    /// A connection for one statement that writes and is a transaction of its own.
    ///
    /// # Errors
    /// [`Error::Database`] where none can be had in two seconds.
    pub(crate) async fn writer(&self) -> Result<PoolConnection<Engine>, Error> {
        let asked = Instant::now();
        let connection = self.writer.acquire().await;
        self.write_wait.record(asked.elapsed());
        Ok(connection?)
    }

    /// Begins a transaction that may write. On SQLite it holds the write lock from the first moment, so that it never
    /// fails in its middle because another writer came first.
    ///
    /// # Errors
    /// [`Error::Database`] where no connection or no lock can be had in two seconds.
    pub async fn write(&self) -> Result<Transaction<'static, Engine>, Error> {
        let begin = match self.place {
            Place::Postgres => "BEGIN",
            Place::Memory | Place::File(_) => "BEGIN IMMEDIATE",
        };
        let asked = Instant::now();
        let tx = self.writer.begin_with(begin).await;
        self.write_wait.record(asked.elapsed());
        Ok(tx?)
    }

    /// Whether the database answers and has every migration that this program knows.
    ///
    /// # Errors
    /// [`Error::Database`] where it does not answer.
    pub async fn is_ready(&self) -> Result<bool, Error> {
        let (applied,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations WHERE success").fetch_one(&self.readers).await?;
        Ok(usize::try_from(applied).is_ok_and(|applied| applied >= MIGRATOR.iter().count()))
    }

    /// Closes every connection once it is free. SQLite folds its write-ahead log into the database with the last.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// `synchronous=FULL`: a rotation that was answered must survive a power cut, or a used token would live again.
const WRITER_PRAGMAS: &[&str] = &[
    "PRAGMA busy_timeout = 2000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
];

const READER_PRAGMAS: &[&str] = &["PRAGMA busy_timeout = 2000", "PRAGMA query_only = ON"];

const POSTGRES_SETTINGS: &[&str] = &["SET lock_timeout = 2000"];

fn pool(place: &Place, connections: u32, settings: &'static [&'static str]) -> AnyPoolOptions {
    let local = *place != Place::Postgres;
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // A file does not hang up; a server may.
        .test_before_acquire(!local)
        .idle_timeout((!local).then_some(Duration::from_mins(10)))
        .max_lifetime((!local).then_some(Duration::from_mins(30)))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for setting in settings {
                    sqlx::query(*setting).execute(&mut *connection).await?;
                }
                Ok(())
            })
        })
        .after_release(|connection, _| Box::pin(is_reusable(connection)))
}

/// Whether a connection that comes back may go out again. SQLite ends a transaction by itself where the disk is full
/// or fails (<https://www.sqlite.org/lang_transaction.html>, section 3); SQLx's own rollback then fails, it believes
/// to be inside the transaction for ever, and would begin no other on this connection.
async fn is_reusable(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback may be on its way to the driver's thread; this comes after it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn place(url: &str) -> Place {
    let Some(rest) = url.strip_prefix("sqlite:") else { return Place::Postgres };
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
    if path.is_empty() || path == ":memory:" {
        return Place::Memory;
    }
    // As SQLx reads it, or folder, lock and backup would be another file's.
    Place::File(percent_decode_str(path).decode_utf8_lossy().as_ref().into())
}

/// The files of a SQLite database that are there only at times: its log with the index, its rollback journal, its
/// locks, and the database that a restored backup replaced.
const BESIDE: [&str; 7] = ["-wal", "-shm", "-journal", ".lock", ".in-use", ".before-restore", ".before-restore-wal"];

/// The files of the SQLite database `path` that other users of the machine may use, each with its mode.
///
/// # Errors
/// [`Error::Io`] where the file system does not say.
pub fn files_open_to_others(path: &Path) -> Result<Vec<(PathBuf, u32)>, Error> {
    let mut open = Vec::new();
    for file in files(path) {
        if let Some(mode) = private_file::excess_mode(&file)? {
            open.push((file, mode));
        }
    }
    Ok(open)
}

fn files(database: &Path) -> impl Iterator<Item = PathBuf> {
    let beside = BESIDE.iter().map(move |ending| {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    });
    std::iter::once(database.to_owned()).chain(beside)
}

/// Restricts the files of a database from before they were made for their owner alone. Where they are another user's,
/// which the server can use all the same, the log says so.
fn restrict_all(database: &Path) {
    for file in files(database) {
        match private_file::restrict(&file) {
            Ok(true) => {
                tracing::warn!(file = %file.display(), "other users could use this file; now its owner alone can");
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(file = %file.display(), %error, "other users can use this file"),
        }
    }
}

/// The file of the database at `url`, where it is one.
pub fn database_file(url: &str) -> Option<PathBuf> {
    match place(url) {
        Place::File(path) => Some(path),
        Place::Memory | Place::Postgres => None,
    }
}

fn with_parameter(url: &str, parameter: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{parameter}")
}

async fn lock_beside(database: &Path) -> Result<std::fs::File, Error> {
    let path = database.with_added_extension("lock");
    tokio::task::spawn_blocking(move || {
        let file = private_file().write(true).create(true).truncate(true).open(path)?;
        file.lock()?;
        Ok(file)
    })
    .await
    .map_err(|_| Error::Interrupted)?
}

/// How long a transaction waited until it could write, in seconds.
fn write_wait() -> Histogram {
    describe_histogram!("auth_database_write_wait_seconds", "How long a transaction waited until it could write.");
    histogram!("auth_database_write_wait_seconds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_the_database_is() {
        assert_eq!(place("sqlite://data/latchkey.db"), Place::File("data/latchkey.db".into()));
        assert_eq!(place("sqlite:///var/lib/l.db?mode=ro"), Place::File("/var/lib/l.db".into()));
        assert_eq!(place("sqlite:///var/a%20b/100%25%3F.db"), Place::File("/var/a b/100%?.db".into()));
        assert_eq!(place("sqlite::memory:"), Place::Memory);
        assert_eq!(place("postgres://localhost/latchkey"), Place::Postgres);
    }

    #[tokio::test]
    async fn a_file_is_made_where_its_address_says() -> Result<(), Error> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/a%20b/100%25.db", folder.path().display());
        Db::connect(&url).await?.close().await;
        assert!(std::fs::exists(folder.path().join("a b/100%.db"))?);
        assert_eq!(database_file(&url), Some(folder.path().join("a b/100%.db")));
        Ok(())
    }
}
