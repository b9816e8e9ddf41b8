//! The lines of Rust that a fork owns: its pages and words, and the server's `main.rs`.
//!
//! The rest of the code belongs to the platform, which a fork uses and does not edit.

use crate::paths::root;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Folders and files that belong to the fork.
const OWNED: [&str; 2] = ["app/src", "server/src/main.rs"];

/// Prints the lines of each part, and their sum.
pub(crate) fn print() -> Result<()> {
    let parts = count()?;
    for (part, lines) in &parts {
        println!("{:>8}  {part}", with_separator(*lines));
    }
    println!("{:>8}  in all", with_separator(parts.values().sum()));
    Ok(())
}

/// Returns the number of lines.
pub(crate) fn total() -> Result<usize> {
    Ok(count()?.values().sum())
}

/// Formats a number with a comma at each thousand.
pub(crate) fn with_separator(number: usize) -> String {
    let digits = number.to_string();
    let is_before_group = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits
        .chars()
        .enumerate()
        .flat_map(|(at, digit)| is_before_group(at).then_some(',').into_iter().chain([digit]))
        .collect()
}

/// Counts the lines of each owned file, and of each folder directly below an owned folder.
fn count() -> Result<BTreeMap<String, usize>> {
    let mut parts = BTreeMap::new();
    for owned in OWNED {
        let path = root().join(owned);
        if path.is_file() {
            parts.insert(owned.to_owned(), lines_of(&path)?);
            continue;
        }
        for entry in fs::read_dir(&path).with_context(|| format!("cannot read {owned}"))? {
            let entry = entry?;
            let is_folder = entry.file_type()?.is_dir();
            let part = if is_folder { format!("{owned}/{}", entry.file_name().display()) } else { owned.to_owned() };
            *parts.entry(part).or_default() += lines_of(&entry.path())?;
        }
    }
    Ok(parts)
}

/// Counts the lines of a Rust file, or of those in a folder and below it; other files have none.
fn lines_of(path: &Path) -> Result<usize> {
    if path.is_dir() {
        return fs::read_dir(path)?.map(|entry| lines_of(&entry?.path())).sum();
    }
    if path.extension().is_none_or(|extension| extension != "rs") {
        return Ok(0);
    }
    Ok(fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?.lines().count())
}

#[cfg(test)]
mod tests {
    use super::{count, total, with_separator};

    #[test]
    fn a_number_has_a_comma_at_each_thousand() {
        let formatted = [0, 999, 1_000, 12_345, 1_234_567].map(with_separator);
        assert_eq!(formatted, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn both_parts_of_a_fork_are_counted() {
        let parts = count().unwrap();
        assert!(parts["server/src/main.rs"] > 0 && parts["app/src"] > 0, "{parts:?}");
        assert_eq!(total().unwrap(), parts.values().sum::<usize>());
    }
}
