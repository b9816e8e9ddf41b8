//! `cargo xtask docs` regenerates the generated parts of the documents. Its tests check the rest of them.

#[cfg(test)]
mod checks;
#[cfg(test)]
mod markdown;
mod section;

use crate::owned;
use crate::paths::root;
use crate::process::{cargo, run_reading, say};
use anyhow::{Context, Result};
use std::fs;

/// The page that the server prints about its settings.
const CONFIGURATION: &str = "docs/reference/configuration.md";
/// The page that holds the table of the benchmarks, and the name of that section.
const BENCHMARKS: (&str, &str) = ("docs/benchmarks.md", "bench");
/// The page that says how many lines a fork owns, and the name of that section.
const OWNED: (&str, &str) = ("README.md", "owned");

/// Writes the configuration reference, and the number of lines that a fork owns.
pub(crate) fn regenerate() -> Result<()> {
    say("Writing the configuration reference");
    let page = run_reading(&mut cargo(["run", "--quiet", "--package", "server", "--", "configuration-reference"]))?;
    fs::write(root().join(CONFIGURATION), page).with_context(|| format!("cannot write {CONFIGURATION}"))?;
    say("Counting the lines that a fork owns");
    write_section(OWNED, &owned::with_separator(owned::total()?))
}

/// Writes the table of a run of all benchmarks.
pub(crate) fn write_benchmarks(table: &str) -> Result<()> {
    write_section(BENCHMARKS, &format!("\n{table}"))
}

fn write_section((page, name): (&str, &str), content: &str) -> Result<()> {
    let path = root().join(page);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {page}"))?;
    let text = section::replaced(&text, name, content)
        .with_context(|| format!("{page} has no section <!-- {name} --> … <!-- /{name} -->"))?;
    fs::write(&path, text).with_context(|| format!("cannot write {page}"))
}
