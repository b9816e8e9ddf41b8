//! Folders for unit tests.

use super::{FEATURES, HTTP_MAIN};
use crate::paths::root;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// A folder that is removed when this is dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn empty(name: &str) -> Self {
        let path = env::temp_dir().join(format!("latchkey-feature-{name}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Returns a copy of the files of this repository that a feature concerns.
    pub(super) fn of_repository(name: &str) -> Self {
        let folder = Self::empty(name);
        for part in ["app/src", "migrations", "server/tests/http", "end2end/tests", "docs"] {
            for file in super::changes::files_below(&root(), part) {
                folder.copy(&file);
            }
        }
        for file in [FEATURES, HTTP_MAIN, "README.md"] {
            folder.copy(file);
        }
        folder
    }

    fn copy(&self, file: &str) {
        let to = self.0.join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join(file), to).unwrap();
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the text of every file by its path.
    pub(super) fn texts(&self) -> Vec<(String, Vec<u8>)> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.0).unwrap() {
            let name = entry.unwrap().file_name().to_str().unwrap().to_owned();
            if self.0.join(&name).is_file() {
                all.push((name.clone(), fs::read(self.0.join(&name)).unwrap()));
            }
            for file in super::changes::files_below(&self.0, &name) {
                all.push((file.clone(), fs::read(self.0.join(&file)).unwrap()));
            }
        }
        all.sort();
        all
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
