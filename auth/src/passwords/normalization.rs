//! The Unicode normalization of passwords (NIST SP 800-63B-4, section 3.1.1.2; RFC 8265, section 4.2).
//!
//! One character can be written in several ways: é is one code point on one system and two on another. Passwords are
//! judged and hashed in Normalization Form C, in which both are the same. Form KC, which older editions of the standard
//! allowed, would also join what a person typed as different characters, such as `²` and `2`.
//!
//! The standard's process for stabilized strings refuses code points that have no character yet. Here they stay as they
//! are: an emoji that is newer than this server's tables must not be refused. A later table may give them another form,
//! and then the password as it was typed still verifies.

use contract::PASSWORD_MAX_LENGTH;
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The most code points that can become [`PASSWORD_MAX_LENGTH`]: no character is composed of more than four.
const TYPED_MAX_LENGTH: usize = 4 * PASSWORD_MAX_LENGTH;

/// `typed` in its normalized form. What is too long to be a password in any form comes back as it is.
pub(crate) fn normalized(typed: &SecretString) -> SecretString {
    other_form(typed).unwrap_or_else(|| typed.clone())
}

/// The normalized form of `typed` where it differs from `typed`.
pub(crate) fn other_form(typed: &SecretString) -> Option<SecretString> {
    let typed = typed.expose_secret();
    // Bounded first, because a request may hold far more than a password. The form has three times the bytes at most.
    let is_bounded = typed.chars().nth(TYPED_MAX_LENGTH).is_none();
    (is_bounded && !is_nfc(typed)).then(|| typed.nfc().collect::<String>().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(typed: &str) -> String {
        normalized(&typed.into()).expose_secret().to_owned()
    }

    #[test]
    fn what_is_canonically_the_same_has_one_form() {
        for (typed, form) in [
            ("cafe\u{301} na\u{308}chste", "caf\u{e9} n\u{e4}chste"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            ("\u{212b}", "\u{c5}"),
            ("\u{3c9}\u{313}\u{300}\u{345}", "\u{1fa2}"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ] {
            assert_eq!(normal(typed), form);
            assert_eq!(normal(form), form, "it is its own form");
            assert!(other_form(&form.into()).is_none());
        }
    }

    #[test]
    fn different_characters_stay_different() {
        for password in
            ["", " kettle orbit ", "m\u{b2}", "\u{fb01}sh", "\u{ff21}\u{ff22}", "\u{a0}", "\u{fdfa}", "🦊\u{200d}🐙"]
        {
            assert_eq!(normal(password), password);
        }
        let unassigned = "kettle \u{378} orbit";
        assert_eq!(normal(unassigned), unassigned, "not refused");
    }

    #[test]
    fn only_what_can_be_a_password_is_normalized() {
        // Four code points for each of the 256 characters.
        let longest = "\u{3c9}\u{313}\u{300}\u{345}".repeat(PASSWORD_MAX_LENGTH);
        assert_eq!(normal(&longest).chars().count(), PASSWORD_MAX_LENGTH);
        let longer = format!("{longest}e");
        assert_eq!(normal(&longer), longer);
        // No character becomes more bytes than this one, of all that normalization form C knows.
        let growing = "\u{1d160}".repeat(TYPED_MAX_LENGTH);
        assert_eq!(normal(&growing).len(), 3 * growing.len());
        let marks = format!("e{}", "\u{323}\u{301}".repeat(500));
        assert_eq!(normal(&marks).chars().count(), 1000, "whatever their number");
    }
}
