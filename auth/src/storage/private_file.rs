//! Files and folders that only their owner may use: the database, what stands beside it, and what is made of it.
//!
//! The mode is given where a file is made, and not by the process's umask, which all threads share. On other systems
//! than Unix a file has what its folder gives it.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// Options that make a file readable and writable for its owner alone.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes the folder `path` and those above it that are missing, for their owner alone. A folder that is there is left as
/// it is: it may hold what belongs to others.
///
/// # Errors
/// Where the file system refuses.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path)
}

/// Makes the empty file `path` for its owner alone, unless it is there.
pub(crate) fn create(path: &Path) -> io::Result<()> {
    match private_file().write(true).create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Takes from the group and from others what they may do with the file `path`. Returns whether there was anything, which
/// is `false` where there is no such file.
///
/// # Errors
/// Where the file system refuses: the file is another user's.
pub fn restrict(path: &Path) -> io::Result<bool> {
    let Some(mode) = excess_mode(path)? else { return Ok(false) };
    set_mode(path, mode & 0o700)?;
    Ok(true)
}

/// Returns the mode of the file `path` where it lets the group or others do anything.
///
/// # Errors
/// Where the file system does not say.
pub(crate) fn excess_mode(path: &Path) -> io::Result<Option<u32>> {
    let data = match fs::metadata(path) {
        Ok(data) => data,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mode = mode(&data);
    Ok((mode & 0o077 != 0).then_some(mode))
}

#[cfg(unix)]
fn mode(data: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o777
}

/// Other systems have no modes.
#[cfg(not(unix))]
fn mode(_data: &fs::Metadata) -> u32 {
    0
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> io::Result<u32> {
        Ok(super::mode(&fs::metadata(path)?))
    }

    #[test]
    fn what_is_made_is_for_its_owner_alone() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let inner = folder.path().join("a/b");
        create_private_folder(&inner)?;
        create(&inner.join("file"))?;
        for (path, expected) in [("a", 0o700), ("a/b", 0o700), ("a/b/file", 0o600)] {
            assert_eq!(mode(&folder.path().join(path))?, expected, "{path}");
        }
        Ok(())
    }

    #[test]
    fn a_folder_that_was_there_keeps_its_mode() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        create_private_folder(folder.path())?;
        assert_eq!(mode(folder.path())?, 0o755);
        Ok(())
    }

    #[test]
    fn a_file_that_others_may_read_is_restricted_once() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("file");
        assert!(!restrict(&path)?, "there is none");
        fs::write(&path, "text")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664))?;
        assert_eq!(excess_mode(&path)?, Some(0o664));
        assert!(restrict(&path)?);
        assert_eq!((mode(&path)?, restrict(&path)?), (0o600, false));
        Ok(())
    }
}
