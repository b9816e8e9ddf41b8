//! The lines outside its folder that name a feature.

use super::changes::Changes;
use super::{FEATURES, HTTP_MAIN};
use anyhow::{Context, Result};

/// New features stand before this one, whose link is the last of the navigation.
const LAST: &str = "account";

fn feature_line(module: &str) -> String {
    format!("pub mod {module};")
}

/// Returns the names of the features.
pub(super) fn named(features: &str) -> impl Iterator<Item = &str> {
    features.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
}

/// Returns whether the list of features names that one.
pub(super) fn is_named(features: &str, module: &str) -> bool {
    named(features).any(|name| name == module)
}

/// Adds the lines that name a feature.
pub(super) fn name_feature(changes: &mut Changes, module: &str) -> Result<()> {
    let features = with_feature(&changes.read(FEATURES)?, module);
    changes.write(FEATURES, features.with_context(|| format!("{FEATURES} has no list of features"))?);
    let tests = with_test(&changes.read(HTTP_MAIN)?, module);
    changes.write(HTTP_MAIN, tests.with_context(|| format!("{HTTP_MAIN} has no list of modules"))?);
    Ok(())
}

/// Takes out the lines that name a feature.
pub(super) fn forget_feature(changes: &mut Changes, module: &str) -> Result<()> {
    let features = without(&changes.read(FEATURES)?, |line| line == feature_line(module));
    changes.write(FEATURES, features);
    let is_own = |line: &str| {
        line.strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'))
            .is_some_and(|name| name.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
    };
    let tests = without(&changes.read(HTTP_MAIN)?, is_own);
    changes.write(HTTP_MAIN, tests);
    Ok(())
}

/// Adds a feature to the list, before the one whose link is the last.
fn with_feature(text: &str, module: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().position(|line| *line == feature_line(LAST));
    let end = || lines.iter().rposition(|line| line.starts_with("pub mod ")).map(|at| at + 1);
    Some(with_line(lines.clone(), last.or_else(end)?, &feature_line(module)))
}

/// Adds a module in its order to the first block of modules.
fn with_test(text: &str, module: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("mod "))?;
    let end = (first..lines.len()).find(|&at| !lines[at].starts_with("mod ")).unwrap_or(lines.len());
    let at = (first..end).find(|&at| lines[at].trim_start_matches("mod ").trim_end_matches(';') > module);
    Some(with_line(lines, at.unwrap_or(end), &format!("mod {module};")))
}

fn with_line<'a>(mut lines: Vec<&'a str>, at: usize, line: &'a str) -> String {
    lines.insert(at, line);
    lines.join("\n") + "\n"
}

fn without(text: &str, is_gone: impl Fn(&str) -> bool) -> String {
    text.lines().filter(|line| !is_gone(line)).flat_map(|line| [line, "\n"]).collect()
}
