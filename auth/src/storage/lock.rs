//! Who uses a SQLite database at this moment: every process that opens it holds a shared lock for as long as it runs, so
//! that nobody replaces the file under it.

use crate::{
    error::Error,
    storage::{
        db,
        private_file::{create_private_folder, private_file},
    },
};
use std::fs::{File, TryLockError};
use std::path::Path;

/// A lock on a file beside the database, held until this is dropped; the system drops it with the process, whatever
/// ends that.
#[derive(Debug)]
#[must_use = "dropped, it holds nothing"]
pub struct DatabaseLock {
    _file: File,
}

/// Why a lock cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LockProblem {
    /// A backup is being put in the database's place.
    #[error("the database is being restored: try again when that is done")]
    BeingRestored,
    /// A server runs on it, or another command.
    #[error("a server is running on this database, or another command: stop it first")]
    InUse,
    /// The file beside the database cannot be used.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl DatabaseLock {
    /// Records that this process uses the database at `url`. Returns `None` if that is no file: a database in memory has
    /// one user, and PostgreSQL looks after itself.
    ///
    /// # Errors
    /// [`LockProblem::BeingRestored`], [`LockProblem::Failed`].
    pub fn shared(url: &str) -> Result<Option<Self>, LockProblem> {
        let Some(database) = db::database_file(url) else { return Ok(None) };
        let file = beside(&database)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Err(LockProblem::BeingRestored),
            Err(TryLockError::Error(error)) => Err(Error::from(error).into()),
        }
    }

    /// Keeps everybody else from the database in the file `database`.
    ///
    /// # Errors
    /// [`LockProblem::InUse`], [`LockProblem::Failed`].
    pub(crate) fn exclusive(database: &Path) -> Result<Self, LockProblem> {
        let file = beside(database)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockProblem::InUse),
            Err(TryLockError::Error(error)) => Err(Error::from(error).into()),
        }
    }
}

fn beside(database: &Path) -> Result<File, Error> {
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        create_private_folder(folder)?;
    }
    let path = database.with_added_extension("in-use");
    Ok(private_file().create(true).truncate(false).read(true).write(true).open(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_use_a_database_and_one_replaces_it() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("made/for/it/test.db");
        let url = format!("sqlite://{}", path.display());
        let (one, other) = (DatabaseLock::shared(&url)?, DatabaseLock::shared(&url)?);
        assert!(matches!(DatabaseLock::exclusive(&path), Err(LockProblem::InUse)));
        drop(one);
        assert!(matches!(DatabaseLock::exclusive(&path), Err(LockProblem::InUse)));
        drop(other);
        let alone = DatabaseLock::exclusive(&path)?;
        assert!(matches!(DatabaseLock::shared(&url), Err(LockProblem::BeingRestored)));
        assert!(matches!(DatabaseLock::exclusive(&path), Err(LockProblem::InUse)));
        drop(alone);
        assert!(DatabaseLock::shared(&url)?.is_some());
        assert!(DatabaseLock::shared("sqlite::memory:")?.is_none());
        assert!(DatabaseLock::shared("postgres://localhost/latchkey")?.is_none());
        Ok(())
    }
}
