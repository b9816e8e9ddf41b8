//! Writes mail into files, for another program to send or for tests.

use super::SendProblem;
use auth::{create_private_folder, private_file};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A folder of `.eml` files.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens the folder at `path`, or creates it for its owner alone.
    pub(super) fn make(path: &Path) -> io::Result<Self> {
        create_private_folder(path)?;
        Ok(Self(path.to_owned()))
    }

    /// Writes an empty file and removes it.
    ///
    /// # Errors
    /// [`SendProblem::Folder`].
    pub(super) async fn check(&self) -> Result<(), SendProblem> {
        let path = self.0.join(format!("{}.partial", Uuid::new_v4()));
        let trying = tokio::task::spawn_blocking(move || {
            private_file().write(true).create_new(true).open(&path)?;
            fs::remove_file(&path)
        });
        Ok(trying.await.map_err(io::Error::other)??)
    }

    /// Writes the mail `id` atomically. Writing it twice leaves one file.
    ///
    /// # Errors
    /// [`SendProblem::Folder`]; [`SendProblem::Malformed`] if `id` is no UUID, so that no user input becomes a file
    /// name.
    pub(super) async fn put(&self, id: &str, message: Vec<u8>) -> Result<(), SendProblem> {
        let id = Uuid::try_parse(id).map_err(|_| SendProblem::Malformed("its id is no UUID".to_owned()))?;
        let folder = self.0.clone();
        let writing = tokio::task::spawn_blocking(move || write(&folder, id, &message));
        Ok(writing.await.map_err(io::Error::other)??)
    }
}

fn write(folder: &Path, id: Uuid, message: &[u8]) -> io::Result<()> {
    let partial = folder.join(format!("{id}.partial"));
    // Private, because the mail's links give access to accounts.
    let mut file = private_file().write(true).create(true).truncate(true).open(&partial)?;
    file.write_all(message)?;
    // A mail recorded as sent must survive a power cut: both the file and its name in the folder.
    file.sync_all()?;
    fs::rename(&partial, folder.join(format!("{id}.eml")))?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::testing::ADA;

    const ID: &str = "019a0000-0000-7000-8000-000000000001";

    fn names(folder: &Path) -> io::Result<Vec<String>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    #[tokio::test]
    async fn a_mail_written_twice_is_one_complete_file() -> Result<(), Box<dyn std::error::Error>> {
        let place = tempfile::tempdir()?;
        let path = place.path().join("made/for/it");
        let folder = Folder::make(&path)?;
        // A crash in the middle of a write leaves this file behind.
        fs::write(path.join(format!("{ID}.partial")), "a longer text than the one that is written now")?;
        for _ in 0..2 {
            folder.put(ID, b"Hello".to_vec()).await?;
            assert_eq!(names(&path)?, [format!("{ID}.eml")]);
            assert_eq!(fs::read(path.join(format!("{ID}.eml")))?, b"Hello");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(path.join(format!("{ID}.eml")))?.permissions().mode() & 0o777, 0o600);
        }
        Ok(())
    }

    #[tokio::test]
    async fn an_unwritable_mail_is_an_error() -> Result<(), Box<dyn std::error::Error>> {
        let place = tempfile::tempdir()?;
        let folder = Folder::make(place.path())?;
        for id in ["../../etc/passwd", "", ADA] {
            assert!(matches!(folder.put(id, Vec::new()).await, Err(SendProblem::Malformed(_))), "{id}");
        }
        assert!(names(place.path())?.is_empty());
        fs::remove_dir(place.path())?;
        assert!(matches!(folder.put(ID, Vec::new()).await, Err(SendProblem::Folder(_))));
        Ok(())
    }
}
