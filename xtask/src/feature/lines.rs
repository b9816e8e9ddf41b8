//! The lines outside its folder that name a feature.

use super::changes::Changes;
use super::template::Name;
use super::{FEATURES, HTTP_MAIN, ROBOTS};
use anyhow::{Context, Result};

/// The list of features begins with this line.
const LIST: &str = "pub(crate) const ALL: &[Feature] = &[";
/// New features stand before this one, whose link is the last of the navigation.
const LAST: &str = "account";

fn module_line(module: &str) -> String {
    format!("pub mod {module};")
}

fn list_line(module: &str) -> String {
    format!("    {module}::FEATURE,")
}

/// Returns whether the list of features names that one.
pub(super) fn is_named(features: &str, module: &str) -> bool {
    features.lines().any(|line| line == module_line(module) || line == list_line(module))
}

/// Adds the lines that name a feature.
pub(super) fn name_feature(changes: &mut Changes, name: &Name) -> Result<()> {
    let module = &name.module;
    let features = with_sorted(&changes.read(FEATURES)?, &module_line(module), "pub mod ")
        .and_then(|text| with_list_line(&text, module))
        .with_context(|| format!("{FEATURES} has no list of features"))?;
    changes.write(FEATURES, features);
    let tests = with_sorted(&changes.read(HTTP_MAIN)?, &format!("mod {module};"), "mod ");
    changes.write(HTTP_MAIN, tests.with_context(|| format!("{HTTP_MAIN} has no list of modules"))?);
    let robots = with_sorted(&changes.read(ROBOTS)?, &format!("Disallow: /{}", name.path()), "Disallow: ");
    changes.write(ROBOTS, robots.with_context(|| format!("{ROBOTS} disallows nothing"))?);
    Ok(())
}

/// Takes out the lines that name a feature with these `pages`.
pub(super) fn forget_feature(changes: &mut Changes, module: &str, pages: &[String]) -> Result<()> {
    let features = without(&changes.read(FEATURES)?, &[module_line(module), list_line(module)]);
    changes.write(FEATURES, features);
    let tests = changes.read(HTTP_MAIN)?;
    let is_own = |line: &str| {
        line.strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'))
            .is_some_and(|name| name.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
    };
    let own: Vec<String> = tests.lines().filter(|line| is_own(line)).map(str::to_owned).collect();
    changes.write(HTTP_MAIN, without(&tests, &own));
    let disallowed: Vec<String> = pages.iter().map(|page| format!("Disallow: {page}")).collect();
    let robots = without(&changes.read(ROBOTS)?, &disallowed);
    changes.write(ROBOTS, robots);
    Ok(())
}

/// Adds `line` in its order to the first block of lines that begin with `prefix`.
fn with_sorted(text: &str, line: &str, prefix: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.starts_with(prefix))?;
    let end = (first..lines.len()).find(|&at| !lines[at].starts_with(prefix)).unwrap_or(lines.len());
    let at = (first..end).find(|&at| lines[at].trim_end_matches(';') > line.trim_end_matches(';'));
    lines.insert(at.unwrap_or(end), line);
    Some(lines.join("\n") + "\n")
}

/// Adds a feature to the list, before the one whose link is the last.
fn with_list_line(text: &str, module: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let begin = lines.iter().position(|line| *line == LIST)?;
    let (new, last) = (list_line(module), list_line(LAST));
    let at = (begin..lines.len()).find(|&at| lines[at] == last || lines[at] == "];")?;
    lines.insert(at, &new);
    Some(lines.join("\n") + "\n")
}

fn without(text: &str, lines: &[String]) -> String {
    text.lines().filter(|line| !lines.iter().any(|gone| gone == line)).flat_map(|line| [line, "\n"]).collect()
}
