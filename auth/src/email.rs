//! E-mail addresses, by which accounts are found.

use std::fmt;

/// The longest address that fits an SMTP path, in bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const EMAIL_MAX_BYTES: usize = 254;
const LOCAL_PART_MAX_BYTES: usize = 64;
const LABEL_MAX_BYTES: usize = 63;

/// An address in canonical form: no blanks around it, lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailProblem {
    /// Nothing but blanks.
    Empty,
    /// Longer than [`EMAIL_MAX_BYTES`].
    TooLong,
    /// Not of the form `local@domain.tld`, or with characters that have no place in one.
    NotAnAddress,
    /// Somebody has it.
    Taken,
}

impl EmailAddress {
    /// Reads what a person entered.
    ///
    /// What passes is what `<input type=email>` passes (WHATWG HTML, "valid e-mail address") with a dot in the
    /// domain. Capitals are folded although RFC 5321 lets a local part tell them apart: nobody's mail server does,
    /// and two accounts that differ in nothing else would serve only an impostor.
    ///
    /// # Errors
    /// The [`EmailProblem`] that a person can do something about.
    pub fn parse(entered: &str) -> Result<Self, EmailProblem> {
        let address = entered.trim();
        if address.is_empty() {
            return Err(EmailProblem::Empty);
        }
        if address.len() > EMAIL_MAX_BYTES {
            return Err(EmailProblem::TooLong);
        }
        let (local, domain) = address.split_once('@').ok_or(EmailProblem::NotAnAddress)?;
        if is_local_part(local) && is_domain(domain) {
            Ok(Self(address.to_ascii_lowercase()))
        } else {
            Err(EmailProblem::NotAnAddress)
        }
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
        ] {
            assert_eq!(EmailAddress::parse(entered), Err(EmailProblem::NotAnAddress), "{entered:?}");
        }
        assert_eq!(EmailAddress::parse(" \t "), Err(EmailProblem::Empty));
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
