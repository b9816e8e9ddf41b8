//! `cargo xtask feature`: adds a feature that works, and removes one.
//!
//! A feature is a folder in `app/src/features/` with its migrations and tests, named in two other files: the list of
//! features and the list of HTTP tests.

mod add;
mod changes;
pub(crate) mod check;
mod documents;
#[cfg(test)]
mod fixture;
mod lines;
mod migrations;
mod remove;
mod template;

use crate::{paths, tools};
use anyhow::Result;
use clap::Subcommand;

const FEATURES: &str = "app/src/features/mod.rs";
const HTTP_TESTS: &str = "server/tests/http";
const HTTP_MAIN: &str = "server/tests/http/main.rs";
const BROWSER_TESTS: &str = "end2end/tests";
const MIGRATIONS: &str = "migrations";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a feature: a list of rows that a user adds, changes and deletes
    Add {
        /// Name in the plural, with underscores: `shopping_items`
        name: String,
        /// Fields, such as title:string. Types: string (one line), text, integer, boolean, date
        #[arg(required = true)]
        fields: Vec<String>,
        /// Name of one row, if it is not the plural without its ending: person
        #[arg(long)]
        singular: Option<String>,
    },
    /// Take a feature out, with its tests and its table
    Remove {
        /// Name, as in app/src/features/mod.rs
        name: String,
        /// Delete its migrations although git knows them: no database has run them
        #[arg(long)]
        delete_migrations: bool,
    },
}

pub(crate) fn run(command: &Command) -> Result<()> {
    tools::ready_component("fmt", "rustfmt")?;
    let root = paths::root();
    match command {
        Command::Add { name, fields, singular } => {
            add::changes(&root, name, singular.as_deref(), fields)?.apply()?;
            println!("\nStart it with `cargo xtask dev`. Its words are in app/src/features/{name}/words.rs.");
        }
        Command::Remove { name, delete_migrations } => {
            remove::changes(&root, name, *delete_migrations)?.apply()?;
            println!("\nRun `cargo xtask test`.");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fixture::Folder;
    use super::*;
    use std::fs;

    const ALL: [&str; 5] = ["title:string", "summary:text", "page_count:integer", "is_read:boolean", "bought_on:date"];

    fn add(folder: &Folder, name: &str, fields: &[&str]) -> Result<()> {
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        add::changes(folder.path(), name, None, &fields)?.apply()
    }

    #[test]
    fn a_feature_is_added_and_removed_without_a_trace() {
        let folder = Folder::of_repository("round");
        let before = folder.texts();
        add(&folder, "shopping_items", &ALL).unwrap();
        let added = folder.texts();
        assert_eq!(added.len(), before.len() + 8);
        let new: Vec<_> = added.iter().filter(|file| !before.contains(file)).collect();
        assert_eq!(new.len(), 8 + 2, "and two files name it");
        for (path, text) in new {
            let text = String::from_utf8(text.clone()).unwrap();
            assert!(!text.contains("{{") && !text.contains("\n@"), "{path}: {text}");
        }
        remove::changes(folder.path(), "shopping_items", true).unwrap().apply().unwrap();
        assert!(folder.texts() == before);
    }

    #[test]
    fn a_migration_that_may_have_run_stays_and_another_drops_the_table() {
        let folder = Folder::of_repository("drop");
        add(&folder, "books", &ALL).unwrap();
        // There is no git that could say that the migration is new.
        remove::changes(folder.path(), "books", false).unwrap().apply().unwrap();
        let migrations = changes::files_below(folder.path(), MIGRATIONS);
        let [.., created, dropped] = &migrations[..] else { panic!("{migrations:?}") };
        assert!(created.ends_with("_books.sql") && dropped.ends_with("_drop_books.sql"), "{migrations:?}");
        assert!(fs::read_to_string(folder.path().join(dropped)).unwrap().ends_with("\nDROP TABLE books;\n"));
        assert!(add(&folder, "books", &ALL).unwrap_err().to_string().contains("has a table `books`"));
    }

    #[test]
    fn what_is_refused_writes_nothing() {
        let folder = Folder::of_repository("refused");
        add(&folder, "books", &ALL).unwrap();
        let before = folder.texts();
        for (name, fields, expected) in [
            ("books", &ALL[..], "there is a feature `books` already"),
            ("sessions", &ALL, "has a table `sessions`"),
            ("accounts", &["order:text"], "a word of SQL"),
            ("logs", &["title:string", "pages:number"], "has the type `number`"),
            ("papers", &["title:string", "title:string"], "two fields"),
        ] {
            let refused = add(&folder, name, fields).unwrap_err().to_string();
            assert!(refused.contains(expected), "{name}: {refused}");
        }
        let fields = ["title:string".to_owned()];
        for (name, expected) in [("login", "at `/login` already"), ("limits", "has that name already")] {
            let refused = add::changes(folder.path(), name, Some("one"), &fields).err().unwrap().to_string();
            assert!(refused.contains(expected), "{name}: {refused}");
        }
        for (name, expected) in [
            ("nothing", "there is no feature `nothing`: there are home, "),
            ("account", "the platform leads people to `/account`"),
            ("home", "the platform leads people to `/`"),
            ("verification", "uses the feature `verification`"),
            ("../features", "there is no feature"),
        ] {
            let refused = remove::changes(folder.path(), name, false).err().unwrap().to_string();
            assert!(refused.contains(expected), "{name}: {refused}");
        }
        assert!(folder.texts() == before);
    }

    #[test]
    fn the_example_reads_like_what_is_written() {
        let folder = Folder::of_repository("example");
        let example = |file: &str| {
            let text = fs::read_to_string(paths::root().join("app/src/features/notes").join(file)).unwrap();
            text.split("#[cfg(test)]\nmod ").next().unwrap().trim_end().to_owned()
        };
        if !paths::root().join("app/src/features/notes").is_dir() {
            return;
        }
        remove::changes(folder.path(), "notes", true).unwrap().apply().unwrap();
        add(&folder, "notes", &["body:text"]).unwrap();
        for file in ["api.rs", "store.rs"] {
            let written = fs::read_to_string(folder.path().join("app/src/features/notes").join(file)).unwrap();
            assert_eq!(written.trim_end(), example(file), "{file}");
        }
    }
}
