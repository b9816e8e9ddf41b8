//! Reads from a Markdown page what the checks need: links, anchors and code spans.

use std::collections::HashMap;

/// Returns the targets of the links and pictures of a page, without those in code.
pub(super) fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(page) {
        // Every second part of a line is a code span.
        let text: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        links.extend(text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())));
    }
    links
}

/// Returns the code spans of a page.
pub(super) fn code_spans(page: &str) -> Vec<String> {
    prose(page).flat_map(|line| line.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// Returns the anchors of the headings of a page, as GitHub makes them.
pub(super) fn anchors(page: &str) -> Vec<String> {
    let mut seen = HashMap::<String, u32>::new();
    let headings = prose(page).filter(|line| line.starts_with('#')).map(|line| slug(line.trim_start_matches('#')));
    headings
        .map(|slug| {
            let before = seen.entry(slug.clone()).or_default();
            *before += 1;
            if *before == 1 { slug } else { format!("{slug}-{}", *before - 1) }
        })
        .collect()
}

/// Returns the lines outside fenced code, which a list may indent.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.trim().to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{anchors, code_spans, links};

    const PAGE: &str = "# The map\n[a](b.md#c) and ![d](e.png)\n```sh\n[no](no.md) `no`\n# no\n```\n`x[y](z)` `f/g.rs`\n## The map\n## It's `here`: 1. B\n";

    #[test]
    fn links_outside_code_are_read() {
        assert_eq!(links(PAGE), ["b.md#c", "e.png"]);
    }

    #[test]
    fn code_spans_outside_fences_are_read() {
        assert_eq!(code_spans(PAGE), ["x[y](z)", "f/g.rs", "here"]);
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchors(PAGE), ["the-map", "the-map-1", "its-here-1-b"]);
    }
}
