//! Backups of a SQLite database, and how one takes the database's place. PostgreSQL brings its own tools.

use crate::{
    clock::{Clock, Millis},
    error::{Error, SchemaProblem},
    events::{event::Event, metrics::EventCounters},
    storage::{
        db::{self, Db},
        lock::{DatabaseLock, LockProblem},
        private_file::{private_file, restrict},
        schema::{Schema, schema_of},
    },
};
use contract::{EndReason, EventKind};
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, Connection};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf, absolute};

/// Why a backup was not made, or not put back.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BackupProblem {
    /// The database is not a file of SQLite.
    #[error("this is for a SQLite file; a PostgreSQL database is backed up by pg_dump and put back by pg_restore")]
    NotSqlite,
    /// Something is there already, and nothing is overwritten.
    #[error("{0} is there already, and nothing is overwritten: move it away first")]
    Exists(PathBuf),
    /// There is no such file.
    #[error("there is no {0}")]
    Missing(PathBuf),
    /// It cannot be read as a database, or what is in it does not hold together.
    #[error("{0} is damaged, or no database")]
    Damaged(PathBuf),
    /// It is whole, but not of this program.
    #[error("{0} is not a database of this program")]
    Foreign(PathBuf),
    /// It is a database of this program, and another build than this one has migrated it.
    #[error("{0} cannot be used: {1}")]
    Schema(PathBuf, SchemaProblem),
    /// The database is in use.
    #[error(transparent)]
    Locked(#[from] LockProblem),
    /// The file system or the database failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<std::io::Error> for BackupProblem {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<sqlx::Error> for BackupProblem {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// What putting a backup back came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the database from before is kept; `None` where there was none.
    pub before: Option<PathBuf>,
    /// Sessions that would have lived again.
    pub sessions_ended: u64,
    /// Mailed links that would have worked again.
    pub links_voided: u64,
    /// Mails that would have been sent, most likely for a second time.
    pub mails_given_up: u64,
}

/// Copies the database at `url` into the new file `path`, which only its owner can read, while a server may run
/// on it; gives its size in bytes. The copy is checked before it gets its name.
///
/// # Errors
/// [`BackupProblem`]; then there is no file `path` but what was there before.
pub async fn back_up(url: &str, path: &Path, clock: &Clock) -> Result<u64, BackupProblem> {
    let database = db::database_file(url).ok_or(BackupProblem::NotSqlite)?;
    let _in_use = DatabaseLock::shared(url)?;
    if !fs::exists(&database)? {
        return Err(BackupProblem::Missing(database));
    }
    // The name is taken before the work is done, so that of two backups to one place the second is refused.
    reserve(path)?;
    let partial = path.with_added_extension("partial");
    let made = async {
        let schema = copy(&database, &partial).await?;
        File::open(&partial)?.sync_all()?;
        fs::rename(&partial, path)?;
        sync_folder(path)?;
        Ok::<_, BackupProblem>(schema)
    };
    let schema = match made.await {
        Ok(schema) => schema,
        Err(problem) => {
            let _none = (fs::remove_file(&partial), fs::remove_file(path));
            return Err(problem);
        }
    };
    // A backup before an upgrade is of a database that has no table for this yet, perhaps.
    if schema == Schema::UpToDate {
        let db = Db::open(url).await?;
        let event = Event::done(EventKind::BackedUp);
        event.row(clock.now()).insert(&mut *db.writer().await?).await?;
        event.tell(&EventCounters::of_events());
        db.close().await;
    }
    Ok(fs::metadata(path)?.len())
}

/// Whether `path` is a whole database of this program; how its schema stands.
///
/// # Errors
/// [`BackupProblem::Missing`], [`BackupProblem::Damaged`], [`BackupProblem::Foreign`], [`BackupProblem::Schema`].
pub async fn check_backup(path: &Path) -> Result<Schema, BackupProblem> {
    if !fs::metadata(path).is_ok_and(|file| file.is_file()) {
        return Err(BackupProblem::Missing(path.to_owned()));
    }
    let damaged = || BackupProblem::Damaged(path.to_owned());
    let mut connection = connect(path, "ro").await.map_err(|_| damaged())?;
    for check in [
        "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
        "SELECT COUNT(*) FROM pragma_foreign_key_check",
    ] {
        let found: Result<(i64,), _> = sqlx::query_as(check).fetch_one(&mut connection).await;
        if !matches!(found, Ok((0,))) {
            return Err(damaged());
        }
    }
    let schema = schema_of(&mut connection).await;
    connection.close().await?;
    match schema? {
        Schema::Absent => Err(BackupProblem::Foreign(path.to_owned())),
        Schema::Unusable(problem) => Err(BackupProblem::Schema(path.to_owned(), problem)),
        known => Ok(known),
    }
}

/// Puts the backup `path` in the place of the database at `url`, which stays beside it as `.before-restore`. Nothing
/// that was ended since the backup lives again: every session in it is ended, every mailed link void, and every mail
/// that waited is given up with its secret erased.
///
/// # Errors
/// [`BackupProblem`], [`BackupProblem::Locked`] where anybody uses the database; then it is as it was.
pub async fn restore(url: &str, path: &Path, clock: &Clock) -> Result<Restored, BackupProblem> {
    let database = db::database_file(url).ok_or(BackupProblem::NotSqlite)?;
    let _alone = DatabaseLock::exclusive(&database)?;
    check_backup(path).await?;
    let before = database.with_added_extension("before-restore");
    if fs::exists(&before)? {
        return Err(BackupProblem::Exists(before));
    }
    let new = database.with_added_extension("restoring");
    remove(&new)?;
    let restored = async {
        copy(path, &new).await?;
        let restored = disarm(&new, clock.now()).await?;
        File::open(&new)?.sync_all()?;
        Ok::<_, BackupProblem>(restored)
    };
    let mut restored = match restored.await {
        Ok(restored) => restored,
        Err(problem) => {
            let _none = remove(&new);
            return Err(problem);
        }
    };
    if fs::exists(&database)? {
        keep(&database, &before).await?;
        restored.before = Some(before);
    }
    fs::rename(&new, &database)?;
    sync_folder(&database)?;
    let _none = fs::remove_file(new.with_added_extension("lock"));
    Event::done(EventKind::Restored).tell(&EventCounters::of_events());
    Ok(restored)
}

/// Copies a database into the new file `to`, private and without a log beside it, and checks the copy.
async fn copy(from: &Path, to: &Path) -> Result<Schema, BackupProblem> {
    reserve(to)?;
    let mut connection = connect(from, "rw").await?;
    let target = text(to)?;
    sqlx::query("VACUUM INTO $1").bind(target).execute(&mut connection).await?;
    connection.close().await?;
    check_backup(to).await
}

/// Brings a copy up to date, and takes the life out of what is in it.
async fn disarm(path: &Path, now: Millis) -> Result<Restored, BackupProblem> {
    let db = Db::open(&url_of(path, "rw")?).await?;
    db.migrate().await?;
    // Each statement commits by itself: this file takes the database's place only after all of them.
    let mut connection = db.writer().await?;
    let sessions_ended = end_sessions(&mut connection, now).await?;
    let links_voided =
        sqlx::query("UPDATE email_tokens SET voided_at = $1 WHERE used_at IS NULL AND voided_at IS NULL")
            .bind(now)
            .execute(&mut *connection)
            .await?;
    let mails_given_up = sqlx::query(
        "UPDATE outbox SET given_up_at = $1, sealed = NULL, params = 'null', claimed_until = NULL,
             last_problem = 'restored' WHERE sent_at IS NULL AND given_up_at IS NULL",
    )
    .bind(now)
    .execute(&mut *connection)
    .await?;
    Event::done(EventKind::Restored).row(now).insert(&mut connection).await?;
    drop(connection);
    db.close().await;
    Ok(Restored {
        before: None,
        sessions_ended,
        links_voided: links_voided.rows_affected(),
        mails_given_up: mails_given_up.rows_affected(),
    })
}

async fn end_sessions(connection: &mut AnyConnection, now: Millis) -> Result<u64, Error> {
    let ended = sqlx::query("UPDATE sessions SET ended_at = $1, end_reason = $2 WHERE ended_at IS NULL")
        .bind(now)
        .bind(EndReason::Restored.as_str())
        .execute(connection)
        .await?;
    Ok(ended.rows_affected())
}

/// Keeps the database as `before` too, and makes way for another: its log is folded in. Where that fails, because the
/// database is damaged, the log is kept beside.
async fn keep(database: &Path, before: &Path) -> Result<(), BackupProblem> {
    if let Ok(mut connection) = connect(database, "rw").await {
        let _damaged = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
        let _damaged = connection.close().await;
    }
    let ([log, index], [kept_log, _]) = (beside(database), beside(before));
    if fs::exists(&log)? {
        twice(&log, &kept_log)?;
    }
    twice(database, before)?;
    sync_folder(before)?;
    // A log that stayed would be taken for the new database's own.
    for file in [log, index] {
        remove_one(&file)?;
    }
    Ok(())
}

/// Gives a file a second name, or copies it where the file system knows no second names. Only its owner may use it.
fn twice(file: &Path, name: &Path) -> std::io::Result<()> {
    if fs::hard_link(file, name).is_err() {
        fs::copy(file, name)?;
        File::open(name)?.sync_all()?;
    }
    restrict(name)?;
    Ok(())
}

/// SQLite's log and its index (<https://www.sqlite.org/wal.html>).
fn beside(database: &Path) -> [PathBuf; 2] {
    ["-wal", "-shm"].map(|suffix| {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    })
}

fn remove(database: &Path) -> std::io::Result<()> {
    for file in beside(database) {
        remove_one(&file)?;
    }
    remove_one(database)
}

fn remove_one(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes an empty file that only its owner reads.
fn reserve(path: &Path) -> Result<(), BackupProblem> {
    match private_file().write(true).create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(BackupProblem::Exists(path.to_owned())),
        Err(error) => Err(error.into()),
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = absolute(path)?.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

async fn connect(path: &Path, mode: &str) -> Result<AnyConnection, BackupProblem> {
    install_default_drivers();
    Ok(AnyConnection::connect(&url_of(path, mode)?).await?)
}

fn url_of(path: &Path, mode: &str) -> Result<String, BackupProblem> {
    let path = text(path)?.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    Ok(format!("sqlite://{path}?mode={mode}"))
}

fn text(path: &Path) -> Result<String, BackupProblem> {
    let path = absolute(path)?;
    let text = path.to_str().ok_or_else(|| std::io::Error::new(ErrorKind::InvalidFilename, "a path must be UTF-8"))?;
    Ok(text.to_owned())
}
