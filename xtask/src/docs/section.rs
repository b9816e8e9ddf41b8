//! Generated sections of a page: the text between `<!-- name -->` and `<!-- /name -->`.

/// Returns `text` with `content` in the section `name`; `None` where it has no such section.
pub(super) fn replaced(text: &str, name: &str, content: &str) -> Option<String> {
    let (before, after) = around(text, name)?;
    Some(format!("{before}{content}{after}"))
}

/// Returns the content of the section `name`; `None` where `text` has no such section.
#[cfg(test)]
pub(super) fn content<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (before, after) = around(text, name)?;
    text.get(before.len()..text.len() - after.len())
}

/// Splits `text` into the parts up to the begin of the section and from its end, each with its marker.
fn around<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let begin = format!("<!-- {name} -->");
    let content_at = text.find(&begin)? + begin.len();
    let end_at = content_at + text[content_at..].find(&format!("<!-- /{name} -->"))?;
    Some((&text[..content_at], &text[end_at..]))
}

#[cfg(test)]
mod tests {
    use super::{content, replaced};

    #[test]
    fn a_section_is_replaced_and_its_markers_stay() {
        let text = "a <!-- n -->1\n<!-- /n --> b";
        assert_eq!(replaced(text, "n", "2").as_deref(), Some("a <!-- n -->2<!-- /n --> b"));
        assert_eq!(content(text, "n"), Some("1\n"));
    }

    #[test]
    fn a_section_without_both_markers_is_not_one() {
        for text in ["", "<!-- n -->", "<!-- /n --><!-- n -->", "<!-- m --><!-- /m -->"] {
            assert_eq!(replaced(text, "n", "2"), None, "{text}");
        }
    }
}
