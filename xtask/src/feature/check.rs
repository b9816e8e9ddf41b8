//! The part `feature` of the tests: adds a feature to a copy of the repository and tests it there, then removes it and
//! the example.

use super::changes::files_below;
use super::{add, remove};
use crate::count::Count;
use crate::paths::{self, WASM_TARGET};
use crate::process::{run, run_counting, say};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The feature that is added, with a field of each type.
const NAME: &str = "shelf_books";
const FIELDS: [&str; 5] = ["title:string", "summary:text", "page_count:integer", "is_read:boolean", "bought_on:date"];
/// The example, which a fork removes.
const EXAMPLE: &str = "notes";
/// Hidden files that are needed.
const HIDDEN: [&str; 1] = [".cargo"];
/// Folders that a build, a run or a test writes (`.gitignore`).
const WRITTEN: [&str; 5] =
    ["target", "data", "end2end/test-results", "end2end/playwright-report", "end2end/blob-report"];

/// Runs the part. `tests` returns the command for the tests of the HTTP target whose names contain a text.
pub(crate) fn test(tests: impl Fn(&str) -> Command, count: &mut Count) -> Result<()> {
    let copy = Copy::of(&paths::root())?;
    say("Adding a feature to a copy");
    let fields = FIELDS.map(str::to_owned);
    add::changes(&copy.0, NAME, None, &fields)?.apply()?;
    copy.check()?;
    say("Testing the feature over HTTP");
    run_counting(copy.here(&mut tests(NAME)), count)?;

    say("Removing the feature and the example");
    for name in [NAME, EXAMPLE] {
        if copy.0.join("app/src/features").join(name).is_dir() {
            remove::changes(&copy.0, name, false)?.apply()?;
        }
    }
    copy.check()?;
    say("Checking the documents of the copy");
    run_counting(copy.here(Command::new("cargo").args(["test", "--package", "xtask"])), count)
}

/// A copy of the repository, in which cargo uses the same folder for its results.
struct Copy(PathBuf);

impl Copy {
    /// Brings the copy up to date. Files that are the same are not written, so that they are not compiled again.
    fn of(root: &Path) -> Result<Self> {
        let copy = paths::target().join("feature");
        let files: BTreeSet<String> = sources(root).into_iter().collect();
        for file in sources(&copy).iter().filter(|file| !files.contains(*file)) {
            fs::remove_file(copy.join(file))?;
        }
        for file in &files {
            let (from, to) = (root.join(file), copy.join(file));
            let text = fs::read(&from).with_context(|| format!("cannot read {file}"))?;
            if fs::read(&to).ok().as_ref() != Some(&text) {
                fs::create_dir_all(to.parent().unwrap_or(&copy))?;
                fs::write(&to, text).with_context(|| format!("cannot write {}", to.display()))?;
            }
        }
        Ok(Self(copy))
    }

    /// Runs a command in the copy.
    fn here<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.current_dir(&self.0).env("CARGO_TARGET_DIR", paths::target()).env("WORKSPACE", &self.0);
        command.env_remove("CARGO_MANIFEST_DIR")
    }

    /// Checks formatting and lints of both halves, which compiles all code and all tests.
    fn check(&self) -> Result<()> {
        let cargo = |args: &[&str]| run(self.here(Command::new("cargo").args(args)));
        cargo(&["fmt", "--all", "--check"])?;
        let native = ["clippy", "--package", "app", "--package", "server", "--features", "app/ssr", "--all-targets"];
        cargo(&[&native[..], &["--", "-D", "warnings"]].concat())?;
        let wasm = ["clippy", "--package", "app", "--features", "app/split", "--target", WASM_TARGET];
        cargo(&[&wasm[..], &["--", "-D", "warnings"]].concat())
    }
}

/// Returns the paths of all files of the repository that are not results of a build or a test.
fn sources(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') && !HIDDEN.contains(&name.as_str()) {
            continue;
        }
        if entry.path().is_file() {
            found.push(name);
        } else {
            found.extend(files_below(root, &name));
        }
    }
    let is_in = |file: &str, folder: &&str| file.strip_prefix(*folder).is_some_and(|rest| rest.starts_with('/'));
    found.retain(|file| !WRITTEN.iter().any(|folder| is_in(file, folder)));
    found
}
