//! Questions and answers of commands: text for people, JSON for programs.

use anyhow::{Context, bail};
use auth::Millis;
use serde::Serialize;
use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::time::{Duration, UNIX_EPOCH};

/// The format of a command's answer.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Format {
    /// Answer in JSON, with times in milliseconds since 1970, UTC.
    #[arg(long)]
    json: bool,
}

/// Consent to a destructive command.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Consent {
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

impl Format {
    /// Prints `value` as JSON, or as `text` formats it.
    pub(super) fn answer<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) -> anyhow::Result<()> {
        print(&if self.json { serde_json::to_string_pretty(value)? } else { text(value) })
    }
}

/// Writes `text` to standard output, with one line end after it.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()).context("the answer cannot be written")
}

impl Consent {
    /// Asks whether to go on, unless `--yes` was given.
    ///
    /// # Errors
    /// Fails if the answer is no, or if there is no terminal to ask on.
    pub(super) fn ask(self, question: &str) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        if !stdin().is_terminal() {
            bail!("{question} There is no terminal to ask on: add --yes.");
        }
        write!(stderr(), "{question} [y/N] ")?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        if !matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            bail!("nothing was done");
        }
        Ok(())
    }
}

/// Formats rows under their headings, in columns.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| {
        let cells: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    let rows = rows.iter().map(|row| line(std::array::from_fn(|column| row[column].as_str())));
    std::iter::once(line(headings)).chain(rows).collect()
}

/// Formats a point in time: `2026-01-01T00:00:00Z`.
pub(super) fn time(at: Millis) -> String {
    let since = Duration::from_millis(u64::try_from(at).unwrap_or_default());
    humantime::format_rfc3339_seconds(UNIX_EPOCH + since).to_string()
}

/// Formats a time, or returns `otherwise` if there is none.
pub(super) fn time_or(at: Option<Millis>, otherwise: &str) -> String {
    at.map_or_else(|| otherwise.to_owned(), time)
}

/// Formats a number with its noun in singular or plural.
pub(super) fn count(number: u64, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_and_has_no_blanks_at_the_end_of_a_line() {
        let rows = [["ä@example.com".to_owned(), String::new()], ["b".to_owned(), "yes".to_owned()]];
        let text = "ADDRESS        VERIFIED\nä@example.com\nb              yes\n";
        assert_eq!(table(["ADDRESS", "VERIFIED"], &rows), text);
        assert_eq!(table(["A"], &[]), "A\n");
    }

    #[test]
    fn times_and_numbers_are_written_for_people() {
        assert_eq!(time(1_767_225_600_999), "2026-01-01T00:00:00Z");
        assert_eq!(time_or(None, "no"), "no");
        assert_eq!((count(1, "session"), count(0, "session")), ("1 session".to_owned(), "0 sessions".to_owned()));
    }
}
