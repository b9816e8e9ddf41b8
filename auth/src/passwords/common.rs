//! The bundled list of common passwords; `data/README.md` names its sources.

use std::cmp::Ordering;

/// One password a line, lower case, sorted by bytes.
///
/// It is searched where it lies in the program: a set of 25,000 entries would take a megabyte of memory.
static COMMON: &str = include_str!("../../data/common-passwords.txt");

const LINE_FEED: u8 = b'\n';

/// Whether `lower`, a password in lower case, is on the bundled list.
pub(crate) fn contains(lower: &str) -> bool {
    holds_line(COMMON.as_bytes(), lower.as_bytes())
}

/// Finds `line` among the sorted lines of `text` by binary search over byte offsets.
fn holds_line(mut text: &[u8], line: &[u8]) -> bool {
    while !text.is_empty() {
        let middle = text.len() / 2;
        let start = text[..middle].iter().rposition(|byte| *byte == LINE_FEED).map_or(0, |at| at + 1);
        let end = text[start..].iter().position(|byte| *byte == LINE_FEED).map_or(text.len(), |at| start + at);
        text = match text[start..end].cmp(line) {
            Ordering::Equal => return true,
            Ordering::Greater => &text[..start],
            Ordering::Less => text.get(end + 1..).unwrap_or_default(),
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_lower_case_and_without_repeats() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "sort it as data/README.md says");
        assert!(lines.iter().all(|line| line.to_lowercase() == **line && line.chars().count() >= 8));
        assert!(lines.iter().all(|line| unicode_normalization::is_nfc(line)), "or no password would equal it");
    }

    #[test]
    fn every_entry_is_found_and_nothing_else() {
        for line in COMMON.lines() {
            assert!(contains(line), "{line}");
        }
        for absent in ["", "\n", "0", "~~~~~~~~~~~~", "passwor", "password\n", "password\npassword1", "kettle orbit"] {
            assert!(!contains(absent), "{absent:?}");
        }
        assert!(!holds_line(b"", b""));
        assert!(holds_line(b"a", b"a") && holds_line(b"a\nb", b"b") && !holds_line(b"a\nb\n", b"c"));
    }

    /// OWASP ASVS 5.0, 6.2.4: the 3,000 most common passwords that satisfy the policy.
    #[test]
    fn each_least_length_up_to_the_default_has_three_thousand_entries() {
        for least in 8..=12 {
            let entries = COMMON.lines().filter(|line| line.chars().count() >= least).count();
            assert!(entries >= 3000, "{least} characters: {entries}");
        }
    }
}
