//! E-mail addresses, by which accounts are found.

use crate::accounts::international_domain;
use contract::{EMAIL_MAX_BYTES, EmailProblem};
use std::fmt;

/// The longest text that is read as an address, in bytes: a character that one byte of an A-label stands for takes up to
/// four.
const ENTERED_MAX_BYTES: usize = 4 * EMAIL_MAX_BYTES;
const LOCAL_PART_MAX_BYTES: usize = 64;
const LABEL_MAX_BYTES: usize = 63;

/// An address in canonical form: no blanks around it, lower case, the domain as A-labels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads what a person entered.
    ///
    /// What passes is what `<input type=email>` passes (WHATWG HTML, "valid e-mail address") with a dot in the
    /// domain, and an internationalised domain in either spelling, of which the canonical form has the
    /// A-labels. Capitals are folded although RFC 5321 lets a local part tell them apart: no mail server does, and two
    /// accounts that differ in nothing else would serve only an impostor.
    ///
    /// # Errors
    /// The [`EmailProblem`] that a person can do something about.
    pub fn parse(entered: &str) -> Result<Self, EmailProblem> {
        let address = entered.trim();
        if address.is_empty() {
            return Err(EmailProblem::Empty);
        }
        if address.len() > ENTERED_MAX_BYTES {
            return Err(EmailProblem::TooLong);
        }
        let (local, entered_domain) = address.split_once('@').ok_or(EmailProblem::NotAnAddress)?;
        let domain = international_domain::to_ascii(entered_domain).ok_or(EmailProblem::NotAnAddress)?;
        let canonical = format!("{}@{domain}", local.to_ascii_lowercase());
        if canonical.len() > EMAIL_MAX_BYTES {
            return Err(EmailProblem::TooLong);
        }
        if is_local_part(local) && is_domain(&domain) { Ok(Self(canonical)) } else { Err(EmailProblem::NotAnAddress) }
    }

    /// Reads the address of an account that may exist already: also one whose domain has an A-label that no new account may
    /// have. Before international domains were judged, every A-label passed, and its owner must not be locked out.
    ///
    /// # Errors
    /// As [`EmailAddress::parse`].
    pub fn parse_existing(entered: &str) -> Result<Self, EmailProblem> {
        Self::parse(entered).or_else(|problem| {
            let canonical = entered.trim().to_ascii_lowercase();
            let is_plain = canonical.len() <= EMAIL_MAX_BYTES
                && canonical.split_once('@').is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
            if is_plain { Ok(Self(canonical)) } else { Err(problem) }
        })
    }

    /// The canonical form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address in canonical form as people read it: its domain as U-labels.
pub fn display_address(canonical: &str) -> String {
    match canonical.split_once('@') {
        Some((local, domain)) => format!("{local}@{}", international_domain::to_unicode(domain)),
        None => canonical.to_owned(),
    }
}

fn is_local_part(local: &str) -> bool {
    (1..=LOCAL_PART_MAX_BYTES).contains(&local.len())
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=LABEL_MAX_BYTES).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_blanks_around_are_the_same_address() {
        let address = EmailAddress::parse("ada@example.com");
        assert!(address.is_ok());
        assert_eq!(EmailAddress::parse("  Ada@EXAMPLE.com\t"), address);
    }

    #[test]
    fn an_account_keeps_an_address_that_no_new_one_may_have() {
        for domain in ["xn--i-7iq.ws", "xn--a.example"] {
            let entered = format!(" Ada@{}", domain.to_uppercase());
            assert_eq!(EmailAddress::parse(&entered), Err(EmailProblem::NotAnAddress), "{domain}");
            let existing = EmailAddress::parse_existing(&entered);
            assert_eq!(existing.as_ref().map(EmailAddress::as_str), Ok(format!("ada@{domain}").as_str()));
        }
        let shown = "ada@b\u{fc}cher.example";
        assert_eq!(EmailAddress::parse_existing(shown), EmailAddress::parse(shown));
        for entered in ["", "ada", "ada@example", "ada@-.example", "a b@example.com"] {
            assert_eq!(EmailAddress::parse_existing(entered), EmailAddress::parse(entered), "{entered:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for entered in [
            "ada",
            "ada@",
            "@example.com",
            "ada@@example.com",
            "ada@example",
            "ada b@example.com",
            "ada@exa mple.com",
            "ada@-example.com",
            "ada@example..com",
            "ada@example.com.",
            "ada\0@example.com",
            "ada@example.com\u{7}x",
            "ada\r\nBcc: x@example.com",
            "<ada@example.com>",
            "ädä@example.com",
            "ada@bücher",
            "ada@bücher.example.",
            "ada@bücher。example。",
            "ada@-bücher.example",
            "ada@bücher-.example",
            "ada@bücher..example",
            "ada@bü_cher.example",
            "ada@gооgle.com",
            "ada@xn--a.example",
            "ada＠bücher.example",
            "ada@bücher.example\r\nBcc: x@example.com",
        ] {
            assert_eq!(EmailAddress::parse(entered), Err(EmailProblem::NotAnAddress), "{entered:?}");
        }
        assert_eq!(EmailAddress::parse(" \t "), Err(EmailProblem::Empty));
    }

    #[test]
    fn an_international_domain_is_one_address_in_both_spellings() {
        let address = EmailAddress::parse("ada@xn--bcher-kva.example");
        assert_eq!(address.as_ref().map(EmailAddress::as_str), Ok("ada@xn--bcher-kva.example"));
        for spelling in
            ["ada@bücher.example", " Ada@BÜCHER.example ", "ada@bu\u{308}cher.example", "ada@bücher。example"]
        {
            assert_eq!(EmailAddress::parse(spelling), address, "{spelling}");
        }
        assert_eq!(display_address("ada@xn--bcher-kva.example"), "ada@bücher.example");
        for same in ["ada@example.com", "ada", "", "ada@xn--a.example"] {
            assert_eq!(display_address(same), same);
        }
    }

    #[test]
    fn an_international_address_is_as_long_as_its_a_labels() {
        // `xn--` and as many bytes again as it has characters, so 63 bytes at most.
        let label = |length: usize| format!("ada@{}.example", "ü".repeat(length));
        let longest = (1..LABEL_MAX_BYTES).rev().find(|length| EmailAddress::parse(&label(*length)).is_ok());
        let longest = longest.expect("a label that fits");
        let address = EmailAddress::parse(&label(longest)).expect("an address");
        let bytes = address.as_str().split(['@', '.']).nth(1).map_or(0, str::len);
        assert!(bytes <= LABEL_MAX_BYTES && bytes > LABEL_MAX_BYTES - 3, "{address}");
        assert_eq!(EmailAddress::parse(&label(longest + 2)), Err(EmailProblem::NotAnAddress));
        let many = format!("ada@{}example", "üüüüüüüüüüüüüüüüüüüü.".repeat(12));
        assert_eq!(EmailAddress::parse(&many), Err(EmailProblem::TooLong));
        assert_eq!(EmailAddress::parse(&"ü".repeat(ENTERED_MAX_BYTES)), Err(EmailProblem::TooLong));
    }

    #[test]
    fn the_longest_address_is_254_bytes() {
        let domain = format!("{}.{}.{}.com", "d".repeat(63), "d".repeat(63), "d".repeat(57));
        let longest = format!("{}@{domain}", "l".repeat(EMAIL_MAX_BYTES - 1 - domain.len()));
        assert_eq!(longest.len(), EMAIL_MAX_BYTES);
        assert!(EmailAddress::parse(&longest).is_ok());
        assert_eq!(EmailAddress::parse(&format!("l{longest}")), Err(EmailProblem::TooLong));
    }
}
