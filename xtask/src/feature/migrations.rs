//! The migrations of a feature.

use super::MIGRATIONS;
use super::changes::{Changes, files_below};
use crate::process::output;
use std::fs;
use std::path::Path;

/// Returns the number of the next migration: `0013`.
pub(super) fn next_number(changes: &Changes) -> String {
    let files = changes.files_in(MIGRATIONS);
    let number = |file: &String| file.rsplit('/').next()?.split('_').next()?.parse::<u32>().ok();
    format!("{:04}", files.iter().filter_map(number).max().unwrap_or(0) + 1)
}

/// Returns the tables that a migration creates, changes or drops.
pub(super) fn tables(migration: &str) -> Vec<String> {
    let statements: String =
        migration.lines().map(|line| line.split("--").next().unwrap_or(line).to_owned() + " ").collect();
    let words: Vec<String> =
        statements.split(|c: char| c.is_whitespace() || "();,\"".contains(c)).map(str::to_lowercase).collect();
    let words: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !["", "if", "not", "exists"].contains(word)).collect();
    let mut tables: Vec<String> = Vec::new();
    for pair in words.windows(2) {
        if pair[0] == "table" && !tables.iter().any(|known| known == pair[1]) {
            tables.push(pair[1].to_owned());
        }
    }
    tables
}

/// Returns whether another table of a migration refers to `table`.
pub(super) fn refers_to(migration: &str, table: &str) -> bool {
    let text = migration.to_lowercase();
    text.split("references ").skip(1).any(|rest| rest.split([' ', '(']).next() == Some(table))
}

/// Returns whether a migration may have run on a database: git knows it, or there is no git to ask, or the development
/// database has the table.
pub(super) fn may_have_run(root: &Path, file: &str, table: &str) -> bool {
    let folder = root.display().to_string();
    let is_known = match output("git", ["-C", folder.as_str(), "log", "-1", "--format=%h", "--", file]) {
        Some(commit) => !commit.is_empty(),
        None => true,
    };
    is_known || has_table(root, table)
}

/// Returns whether a database in `data/` has the table. SQLite stores the text of the statement that creates one.
fn has_table(root: &Path, table: &str) -> bool {
    let statement = format!("CREATE TABLE {table} ");
    let holds = |file: String| {
        fs::read(root.join(file))
            .is_ok_and(|bytes| bytes.windows(statement.len()).any(|text| text == statement.as_bytes()))
    };
    files_below(root, "data").into_iter().any(holds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::fixture::Folder;

    #[test]
    fn the_tables_of_a_migration_are_found() {
        assert_eq!(
            tables("-- TABLE none\nCREATE TABLE books (\n id TEXT);\nALTER TABLE books ADD COLUMN x;"),
            ["books"]
        );
        assert_eq!(tables("create table if not exists a(id);DROP TABLE IF EXISTS \"b\";"), ["a", "b"]);
        assert!(refers_to("book_id TEXT REFERENCES books (id)", "books"));
        assert!(!refers_to("book_id TEXT REFERENCES books_read(id)", "books"));
    }

    #[test]
    fn a_development_database_with_the_table_is_noticed() {
        let folder = Folder::empty("database");
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::write(folder.path().join("data/latchkey.db"), "\0CREATE TABLE books (\0").unwrap();
        assert!(has_table(folder.path(), "books") && !has_table(folder.path(), "book"));
        assert!(may_have_run(folder.path(), "migrations/0001_none.sql", "none"), "outside of git");
    }
}
