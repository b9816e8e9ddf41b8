//! Checks of the documents: links, anchors, named files, sizes and generated numbers.

use super::markdown::{anchors, code_spans, links};
use super::{OWNED, section};
use crate::owned;
use crate::paths::root;
use std::fs;
use std::path::{Path, PathBuf};

/// Pages with a limit, in bytes.
const LIMITS: &[(&str, usize)] = &[("README.md", 9 * 1024)];
/// The most lines of a decision record, and its parts in their order.
const DECISION_MAX_LINES: usize = 25;
const DECISION_PARTS: [&str; 4] = ["**Context.**", "**Decision.**", "**Consequence.**", "**Test.**"];
/// Folders of pages whose code spans name files of this repository.
const NAMING_FILES: &[&str] = &["docs/tour", "docs/guides", "docs/decisions", "docs/reference"];
/// Folders of this repository: a code span that starts with one names a file.
const FOLDERS: &[&str] = &[
    "app/",
    "auth/",
    "bench/",
    "docs/",
    "end2end/",
    "examples/",
    "frontend/",
    "migrations/",
    "public/",
    "server/",
    "style/",
    "xtask/",
];

/// Returns the Markdown pages in a folder and those below it, in order.
fn pages_in(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    files.into_iter().filter(is_page).chain(folders.iter().flat_map(|folder| pages_in(folder))).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Returns the problem of a link of `page`, if it has one.
fn link_problem(page: &Path, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { page.to_owned() } else { page.parent()?.join(path) };
    if !target.exists() {
        return Some(format!("{}: {link} leads to no file", shown(page)));
    }
    let anchor = anchor?;
    let is_there = anchors(&read(&target)).iter().any(|there| there == anchor);
    (!is_there).then(|| format!("{}: {link} leads to no heading", shown(page)))
}

/// Returns the path that a code span names; `None` if it names none or several.
fn named_path(span: &str) -> Option<&str> {
    let path = span.split("::").next().unwrap_or(span);
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    (FOLDERS.iter().any(|folder| path.starts_with(folder)) && path.chars().all(is_path)).then_some(path)
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_link_and_anchor_resolves() {
    let mut pages = vec![root().join("README.md"), root().join("SECURITY.md")];
    pages.extend(pages_in(&root().join("docs")));
    let problems = |page: &PathBuf| -> Vec<String> {
        links(&read(page)).iter().filter_map(|link| link_problem(page, link)).collect()
    };
    assert_none(&pages.iter().flat_map(problems).collect::<Vec<_>>());
}

#[test]
fn every_page_can_be_reached_from_the_index() {
    let (docs, mut reached, mut next) = (root().join("docs"), Vec::new(), vec![root().join("docs/README.md")]);
    while let Some(page) = next.pop().map(|page| page.canonicalize().unwrap()) {
        if !reached.contains(&page) {
            let targets = links(&read(&page)).into_iter().filter_map(|link| {
                let path = page.parent()?.join(link.split('#').next()?);
                path.extension().is_some_and(|extension| extension == "md").then_some(path)
            });
            next.extend(targets.filter(|target| target.exists()));
            reached.push(page);
        }
    }
    let lost = pages_in(&docs).into_iter().filter(|page| !reached.contains(&page.canonicalize().unwrap()));
    assert_none(&lost.map(|page| format!("no page of docs/ links to {}", shown(&page))).collect::<Vec<_>>());
}

#[test]
fn files_that_the_pages_name_exist() {
    let mut problems = Vec::new();
    for page in NAMING_FILES.iter().flat_map(|folder| pages_in(&root().join(folder))) {
        for span in code_spans(&read(&page)) {
            if named_path(&span).is_some_and(|path| !root().join(path).exists()) {
                problems.push(format!("{}: {span} does not exist", shown(&page)));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn pages_stay_within_their_limits() {
    for (page, limit) in LIMITS {
        let size = read(&root().join(page)).len();
        assert!(size <= *limit, "{page} has {size} bytes; at most {limit} are allowed");
    }
}

#[test]
fn a_decision_is_short_and_has_its_four_parts() {
    let records = pages_in(&root().join("docs/decisions"));
    for (at, record) in records.iter().filter(|page| !page.ends_with("README.md")).enumerate() {
        let (text, name) = (read(record), shown(record));
        let lines = text.lines().count();
        assert!(lines <= DECISION_MAX_LINES, "{name} has {lines} lines; at most {DECISION_MAX_LINES} are allowed");
        let number = at + 1;
        assert!(text.starts_with(&format!("# {number}. ")), "{name} is decision {number}");
        let parts = DECISION_PARTS.map(|part| text.find(part).unwrap_or_else(|| panic!("{name} has no {part}")));
        assert!(parts.is_sorted(), "{name}: its parts are in another order");
    }
}

/// Accepts a README that states more lines than there are, so that moving code out of the fork's part needs no edit.
#[test]
fn the_readme_does_not_understate_what_a_fork_owns() {
    let readme = read(&root().join(OWNED.0));
    let said = section::content(&readme, OWNED.1).expect("a section").replace(',', "");
    let (said, counted): (usize, usize) = (said.parse().expect("a number"), owned::total().unwrap());
    assert!(
        counted * 10 <= said * 11,
        "a fork owns {counted} lines and the README says {said}: run `cargo xtask docs`"
    );
}
