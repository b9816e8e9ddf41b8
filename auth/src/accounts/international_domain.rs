//! Internationalised domain names (RFC 5890): `bücher.example` is kept as its A-label, `xn--bcher-kva.example`, which
//! every mail server understands, and shown to people as its U-label.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_security::{RestrictionLevel, RestrictionLevelDetection};

/// What an A-label begins with.
const A_LABEL_PREFIX: &str = "xn--";

/// A domain in its canonical form: A-labels in lower case. `None` where it cannot be one, or where a label mixes scripts
/// that no language mixes, as a look-alike of another domain does (UTS #39, section 5.2, above "highly restrictive").
///
/// Lengths and the form of ASCII labels are the caller's to check.
pub(crate) fn to_ascii(domain: &str) -> Option<String> {
    let folded = domain.to_ascii_lowercase();
    if is_plain(&folded) {
        return Some(folded);
    }
    let ascii = map_to_ascii(domain)?;
    let unicode = map_to_unicode(&ascii)?;
    let is_honest = unicode
        .split('.')
        .all(|label| label.is_ascii() || label.check_restriction_level(RestrictionLevel::HighlyRestrictive));
    // An A-label that is not what its own U-label gives would be a second spelling of one domain.
    (is_honest && map_to_ascii(&unicode)? == ascii).then_some(ascii)
}

/// A domain as people read it: U-labels in the place of A-labels.
pub(crate) fn to_unicode(domain: &str) -> String {
    if is_plain(domain) { None } else { map_to_unicode(domain) }.unwrap_or_else(|| domain.to_owned())
}

/// Whether a domain has no label that means anything but itself.
fn is_plain(domain: &str) -> bool {
    domain.is_ascii() && !domain.split('.').any(|label| label.starts_with(A_LABEL_PREFIX))
}

/// Maps, normalises and encodes (UTS #46, without its transitional processing).
fn map_to_ascii(domain: &str) -> Option<String> {
    let mapped = Uts46::new().to_ascii(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        // Also of the labels, by the rule of every address.
        DnsLength::Ignore,
    );
    mapped.ok().map(std::borrow::Cow::into_owned)
}

fn map_to_unicode(domain: &str) -> Option<String> {
    let (unicode, valid) = Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    valid.is_ok().then(|| unicode.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_domain_is_one() {
        for (spelling, ascii, unicode) in [
            ("bücher.example", "xn--bcher-kva.example", "bücher.example"),
            ("BÜCHER.Example", "xn--bcher-kva.example", "bücher.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example", "bücher.example"),
            ("bü\u{ad}cher。example", "xn--bcher-kva.example", "bücher.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example", "bücher.example"),
            ("straße.example", "xn--strae-oqa.example", "straße.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト"),
            ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f", "пример.испытание"),
            ("Example.com", "example.com", "example.com"),
            ("ｅｘａｍｐｌｅ.com", "example.com", "example.com"),
            ("r3---sn-x.example", "r3---sn-x.example", "r3---sn-x.example"),
        ] {
            assert_eq!(to_ascii(spelling).as_deref(), Some(ascii), "{spelling}");
            assert_eq!(to_unicode(ascii), unicode, "{spelling}");
        }
    }

    #[test]
    fn what_is_no_domain_has_no_form() {
        for domain in [
            // Cyrillic among Latin, as it is and encoded.
            "gооgle.com",
            "xn--ggle-55da.com",
            "раypal.example",
            "αpple.example",
            // A-labels that decode to nothing, to ASCII, or to what encodes to another label.
            "xn--.example",
            "xn--a.example",
            "xn--abc-.example",
            "xn--99999999.example",
            "xn--Bücher.example",
            "xn--bcher-kva-.example",
            // Symbols, and what maps to a sign that means something elsewhere.
            "i❤.example",
            "a℀.example",
            "bü_cher.example",
            "bü cher.example",
            "bücher\u{202e}.example",
            "bü@cher.example",
            "\u{308}bücher.example",
        ] {
            assert_eq!(to_ascii(domain), None, "{domain:?}");
        }
    }
}
