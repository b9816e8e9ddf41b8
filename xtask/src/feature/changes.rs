//! Changes of several files, of which all are made or none.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Files to write and to delete, by their paths below `root`.
pub(super) struct Changes {
    root: PathBuf,
    /// The new text of each file; `None` deletes it.
    files: BTreeMap<String, Option<String>>,
}

impl Changes {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), files: BTreeMap::new() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the text of a file as it will be.
    pub(super) fn read(&self, path: &str) -> Result<String> {
        match self.files.get(path) {
            Some(Some(text)) => Ok(text.clone()),
            _ => fs::read_to_string(self.root.join(path)).with_context(|| format!("cannot read {path}")),
        }
    }

    pub(super) fn write(&mut self, path: &str, text: String) {
        self.files.insert(path.to_owned(), Some(text));
    }

    pub(super) fn delete(&mut self, path: &str) {
        self.files.insert(path.to_owned(), None);
    }

    /// Returns whether a file will be there.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.get(path).map_or_else(|| self.root.join(path).is_file(), Option::is_some)
    }

    /// Returns the paths of the files that will be there in a folder and below it.
    pub(super) fn files_in(&self, folder: &str) -> Vec<String> {
        files_below(&self.root, folder).into_iter().filter(|path| self.has(path)).collect()
    }

    /// Makes all changes. Where one fails, those before it are undone. Prints a line for each.
    pub(super) fn apply(&self) -> Result<()> {
        let mut before = Vec::new();
        for path in self.files.keys() {
            match fs::read(self.root.join(path)) {
                Ok(old) => before.push(Some(old)),
                Err(error) if error.kind() == ErrorKind::NotFound => before.push(None),
                Err(error) => return Err(error).with_context(|| format!("cannot read {path}")),
            }
        }
        for (at, (path, text)) in self.files.iter().enumerate() {
            let Err(error) = put(&self.root.join(path), text.as_ref().map(String::as_bytes)) else { continue };
            for (path, old) in self.files.keys().zip(&before).take(at + 1) {
                // The first error is the one to tell.
                let _ = put(&self.root.join(path), old.as_deref());
            }
            return Err(error).with_context(|| format!("cannot change {path}, so nothing was changed"));
        }
        for ((path, text), old) in self.files.iter().zip(&before) {
            let word = match (text, old) {
                (None, _) => "deleted",
                (_, Some(_)) => "changed",
                _ => "written",
            };
            println!("{word}  {path}");
        }
        Ok(())
    }
}

/// Writes a file with the folders that it needs, or deletes it with the folders that it leaves empty.
fn put(path: &Path, text: Option<&[u8]>) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    if let Some(text) = text {
        fs::create_dir_all(folder)?;
        return fs::write(path, text);
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut folder = Some(folder);
    while let Some(empty) = folder.filter(|folder| fs::remove_dir(folder).is_ok()) {
        folder = empty.parent();
    }
    Ok(())
}

/// Returns the paths, below `root`, of the files in a folder and below it, in order.
pub(super) fn files_below(root: &Path, folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return Vec::new() };
    let mut names: Vec<_> = entries.flatten().map(|entry| (entry.file_name(), entry.path().is_dir())).collect();
    names.sort();
    let below = |(name, is_folder): &(std::ffi::OsString, bool)| {
        let path = format!("{folder}/{}", name.to_string_lossy());
        match name.to_str() {
            Some("target" | "node_modules") => Vec::new(),
            _ if *is_folder => files_below(root, &path),
            _ => vec![path],
        }
    };
    names.iter().flat_map(below).collect()
}

/// Returns whether the name of a file ends in `.extension`.
pub(super) fn has_extension(file: &str, extension: &str) -> bool {
    Path::new(file).extension().is_some_and(|own| own == extension)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::fixture::Folder;

    #[test]
    fn all_changes_are_made_or_none() {
        let folder = Folder::empty("changes");
        fs::write(folder.path().join("kept"), "old").unwrap();
        let mut changes = Changes::new(folder.path());
        changes.write("kept", "new".into());
        changes.write("kept2/deep/file", "new".into());
        // A file cannot be written where its folder is a file.
        changes.write("kept2/deep/file/below", "new".into());
        assert!(changes.apply().is_err());
        assert_eq!(fs::read_to_string(folder.path().join("kept")).unwrap(), "old");
        assert!(!folder.path().join("kept2").exists());

        changes.files.remove("kept2/deep/file/below");
        changes.apply().unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("kept")).unwrap(), "new");
        assert_eq!(files_below(folder.path(), "kept2"), ["kept2/deep/file"]);
    }
}
