//! Checks the documents in `docs/security`: every test that they name exists, and every requirement of OWASP ASVS 5.0
//! has one row.
//!
//! A document names a test as `area::test`, in a code span. Where several files of an area have a test of that name, the
//! reference also has the file's name: `area::file::test`.

use crate::paths::root;
use crate::test_names::{AREAS, playwright_titles, rust_tests};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const DOCUMENTS: &str = "docs/security";
/// The values of the column `met` in `asvs.md`.
const MET: [&str; 5] = ["yes", "partly", "no", "operator", "n/a"];
/// The largest `SECURITY.md`, in bytes.
const POLICY_MAX_BYTES: usize = 4096;

/// The tests of an area: the file's name without its extension, and the test's name or title.
type Tests = Vec<(String, String)>;

/// Returns every file below `folder` whose name ends with `ending`.
fn files(folder: &Path, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with("node_modules") {
                found.extend(files(&path, ending));
            }
        } else if path.to_str().is_some_and(|path| path.ends_with(ending)) {
            found.push(path.to_str().unwrap().to_owned());
        }
    }
    found
}

fn stem(file: &str) -> String {
    file.rsplit(['/', '\\']).next().unwrap().split('.').next().unwrap().to_owned()
}

fn tests_by_area() -> BTreeMap<&'static str, Tests> {
    let tests_of = |(area, folder): (&'static str, &str)| {
        let is_browser = area == "e2e";
        let ending = if is_browser { ".spec.ts" } else { ".rs" };
        let named = files(&root().join(folder), ending).into_iter().flat_map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let names = if is_browser { playwright_titles(&text) } else { rust_tests(&text) };
            names.into_iter().map(move |name| (stem(&file), name))
        });
        (area, named.collect())
    };
    AREAS.into_iter().map(tests_of).collect()
}

/// Whether `title` is `template`, in which each `${…}` stands for any text.
fn fills(template: &str, title: &str) -> bool {
    let Some((before, rest)) = template.split_once("${") else { return template == title };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    title
        .strip_prefix(before)
        .is_some_and(|rest| rest.char_indices().map(|(at, _)| &rest[at..]).chain([""]).any(|rest| fills(after, rest)))
}

/// Returns the problem of a reference to a test, if it has one.
fn problem(tests: &BTreeMap<&str, Tests>, area: &str, name: &str) -> Option<String> {
    let (file, name) = match name.split_once("::") {
        Some((file, name)) => (Some(file), name),
        None => (None, name),
    };
    let is_named = |(stem, test): &&(String, String)| file.is_none_or(|file| file == stem) && fills(test, name);
    match tests[area].iter().filter(is_named).count() {
        0 => Some(format!("there is no test `{name}` in {area}")),
        1 => None,
        _ if area == "e2e" => None,
        _ => Some(format!("several files of {area} have a test `{name}`: name the file as well")),
    }
}

/// Returns the code spans of a document.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(DOCUMENTS).join(name)).unwrap()
}

#[test]
fn every_test_that_a_security_document_names_exists() {
    let tests = tests_by_area();
    let mut named = 0;
    let mut problems = Vec::new();
    for file in files(&root().join(DOCUMENTS), ".md") {
        let text = fs::read_to_string(&file).unwrap();
        for span in code_spans(&text) {
            let Some((area, name)) = span.split_once("::") else { continue };
            if !tests.contains_key(area) {
                problems.push(format!("{}.md: `{span}` is of no area", stem(&file)));
                continue;
            }
            named += 1;
            problems.extend(problem(&tests, area, name).map(|problem| format!("{}.md: {problem}", stem(&file))));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(named > 300, "only {named} references were recognised");
}

#[test]
fn every_asvs_requirement_has_one_row() {
    let ids = document("asvs-ids.txt");
    let levels: BTreeMap<&str, &str> =
        ids.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect();
    let text = document("asvs.md");
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let &[id, level, met, what, tests] = &cells[..] else { continue };
        if !id.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        if !seen.insert(id) {
            problems.push(format!("{id} has several rows"));
        }
        if levels.get(id).copied().unwrap_or("3") != level {
            problems.push(format!("{id} is not of level {level}"));
        }
        if !MET.contains(&met) {
            problems.push(format!("{id}: `{met}` is none of {}", MET.join(", ")));
        }
        if what.is_empty() || (["yes", "partly"].contains(&met) && tests == "none") {
            problems.push(format!("{id} says neither what shows it nor why no test does"));
        }
    }
    problems.extend(levels.keys().filter(|id| !seen.contains(*id)).map(|id| format!("{id} has no row")));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(levels.len() > 200, "only {} ids were read", levels.len());
}

#[test]
fn the_security_policy_is_short() {
    let policy = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    assert!(policy.len() <= POLICY_MAX_BYTES, "SECURITY.md has {} bytes", policy.len());
}

#[test]
fn a_title_fills_a_template() {
    assert!(fills("${path} is two", "/login is two") && fills("a ${b} c ${d}", "a x c y c z"));
    assert!(!fills("${path} is two", "/login is three") && !fills("one", "one two"));
}
