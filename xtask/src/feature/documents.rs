//! The documents that name a feature. A test checks that what the documents name exists.

use super::changes::{Changes, has_extension};
use crate::test_names::{AREAS, playwright_titles, rust_tests};
use anyhow::Result;

/// Documents that name tests: `area::test`.
const SECURITY: &str = "docs/security";
/// Pages that follow one feature through the code.
const TOUR: &str = "docs/tour";
/// The list of all pages of the site.
const PAGES: &str = "docs/reference/pages.md";

/// Takes out of the documents what they say about files that go, and about the pages of a feature.
pub(super) fn forget(changes: &mut Changes, own: &[String], pages: &[String]) -> Result<()> {
    let tests = tests_in(changes, own)?;
    for file in changes.files_in(SECURITY) {
        let text = changes.read(&file)?;
        write_if_new(changes, &file, &text, without_tests(&text, &tests));
    }
    if changes.has(PAGES) {
        let text = changes.read(PAGES)?;
        let is_of_page = |line: &str| pages.iter().any(|page| line.starts_with(&format!("| `{page}` |")));
        write_if_new(changes, PAGES, &text, lines_where(&text, |line| !is_of_page(line)));
    }
    let mut gone = Vec::new();
    for file in changes.files_in(TOUR) {
        let text = changes.read(&file)?;
        if own.iter().any(|file| text.contains(&format!("`{file}`"))) {
            gone.push(file);
        }
    }
    let mut others = changes.files_in("docs");
    others.push("README.md".to_owned());
    others.retain(|file| changes.has(file) && has_extension(file, "md") && !gone.contains(file));
    for file in others {
        let text = changes.read(&file)?;
        let leads_there = |line: &str| gone.iter().any(|page| links_to(&file, line, page));
        write_if_new(changes, &file, &text, lines_where(&text, |line| !leads_there(line)));
    }
    for file in &gone {
        changes.delete(file);
    }
    Ok(())
}

fn write_if_new(changes: &mut Changes, file: &str, old: &str, new: String) {
    if new != old {
        changes.write(file, new);
    }
}

fn lines_where(text: &str, keep: impl Fn(&str) -> bool) -> String {
    text.split_inclusive('\n').filter(|line| keep(line)).collect()
}

/// Returns whether a line of a page links to another page, both named by their paths.
fn links_to(from: &str, line: &str, to: &str) -> bool {
    let (folder, name) = to.rsplit_once('/').unwrap_or(("", to));
    let here = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let relative = if here == folder {
        name.to_owned()
    } else {
        to.strip_prefix(&format!("{here}/")).map_or_else(|| to.to_owned(), str::to_owned)
    };
    line.contains(&format!("]({relative})"))
}

/// Returns the code spans that name tests in these files.
fn tests_in(changes: &Changes, own: &[String]) -> Result<Vec<String>> {
    let mut spans = Vec::new();
    for file in own {
        let area = AREAS
            .iter()
            .filter(|(_, folder)| file.starts_with(&format!("{folder}/")))
            .max_by_key(|(_, folder)| folder.len());
        let Some((area, _)) = area else { continue };
        let text = changes.read(file)?;
        let names = if has_extension(file, "ts") { playwright_titles(&text) } else { rust_tests(&text) };
        let stem = file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        for name in names {
            spans.extend([format!("`{area}::{name}`"), format!("`{area}::{stem}::{name}`")]);
        }
    }
    Ok(spans)
}

/// Returns the text without the spans. A list that becomes empty says `none`.
fn without_tests(text: &str, spans: &[String]) -> String {
    let without = |line: &str| {
        let mut line = line.to_owned();
        for span in spans {
            for separated in [format!("{span}, "), format!(", {span}")] {
                line = line.replace(&separated, "");
            }
            line = line.replace(span.as_str(), "none");
        }
        line
    };
    text.split_inclusive('\n').map(without).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_goes_is_taken_out_of_a_list() {
        let spans = ["`app::gone`".to_owned(), "`http::gone too`".to_owned()];
        let text = "| a | `app::gone`, `app::kept` |\nTests: `app::kept`, `http::gone too`\n| b | `app::gone` |\n";
        assert_eq!(without_tests(text, &spans), "| a | `app::kept` |\nTests: `app::kept`\n| b | none |\n");
    }

    #[test]
    fn a_link_is_recognised_from_every_folder() {
        for (from, line) in [
            ("README.md", "2. Read [a note](docs/tour/note.md)."),
            ("docs/README.md", "[a note](tour/note.md)"),
            ("docs/tour/README.md", "3. [A note](note.md): a table"),
        ] {
            assert!(links_to(from, line, "docs/tour/note.md"), "{from}");
        }
        assert!(!links_to("docs/README.md", "[others](tour/other.md)", "docs/tour/note.md"));
    }
}
