//! Which passwords are accepted (NIST SP 800-63B, section 3.1.1.2; OWASP ASVS 5.0, V6.2).

use crate::{
    accounts::email::{EmailAddress, display_address},
    passwords::common,
};
use contract::{PASSWORD_MAX_LENGTH, PasswordProblem};
use zxcvbn::{Score, zxcvbn};

/// A part of the address shorter than this says nothing about a password that holds it.
const TELLING_PART: usize = 3;

/// Characters at the beginning of a password that [`zxcvbn`] is given: its time grows faster than their number.
const STRENGTH_CHARACTERS: usize = 40;

/// Characters that must remain of a password after the address's parts were taken out of it.
const REST_MIN_LENGTH: usize = 8;

/// What a new password has to satisfy.
#[derive(Clone, Debug)]
pub struct PasswordPolicy {
    /// The least number of characters (Unicode code points).
    pub min_length: usize,
    /// The product's name, which is the first thing that people put into its password.
    pub product: String,
}

impl PasswordPolicy {
    /// Checks the rules that cost next to nothing: length, the bundled list, the account's own address. `password` is in its
    /// normalized form.
    ///
    /// # Errors
    /// The first [`PasswordProblem`], cheapest first.
    pub(crate) fn check_rules(&self, password: &str, address: Option<&EmailAddress>) -> Result<(), PasswordProblem> {
        let length = password.chars().count();
        if length < self.min_length {
            return Err(PasswordProblem::TooShort { min: self.min_length });
        }
        if length > PASSWORD_MAX_LENGTH {
            return Err(PasswordProblem::TooLong);
        }
        let lower = password.to_lowercase();
        if common::contains(&lower) {
            return Err(PasswordProblem::Common);
        }
        let parts = address.map(telling_parts).unwrap_or_default();
        if is_made_of(&lower, &parts) {
            return Err(PasswordProblem::FromAddress);
        }
        Ok(())
    }

    /// Checks that `password` takes many guesses, by its first 40 characters.
    ///
    /// A crafted password takes as long as a hash: call it on the threads that hash.
    ///
    /// # Errors
    /// [`PasswordProblem::Guessable`].
    pub(crate) fn check_strength(&self, password: &str, address: Option<&EmailAddress>) -> Result<(), PasswordProblem> {
        let parts = address.map(telling_parts).unwrap_or_default();
        let mut context: Vec<&str> = parts.iter().map(String::as_str).collect();
        let product = self.product.to_lowercase();
        context.push(&product);
        let end = password.char_indices().nth(STRENGTH_CHARACTERS).map_or(password.len(), |(end, _)| end);
        if zxcvbn(&password[..end], &context).score() < Score::Three {
            return Err(PasswordProblem::Guessable);
        }
        Ok(())
    }
}

/// The address and what it is made of, longest first.
fn telling_parts(address: &EmailAddress) -> Vec<String> {
    let spellings = [address.as_str().to_owned(), display_address(address.as_str())];
    let mut parts: Vec<String> = spellings
        .iter()
        .flat_map(|whole| {
            std::iter::once(whole.as_str())
                .chain(whole.split('@'))
                .chain(whole.split(|character: char| !character.is_alphanumeric()))
        })
        .filter(|part| part.len() >= TELLING_PART)
        .map(str::to_owned)
        .collect();
    parts.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    parts.dedup();
    parts
}

/// Whether a password holds parts of the address and little besides.
fn is_made_of(lower: &str, parts: &[String]) -> bool {
    let rest = parts.iter().fold(lower.to_owned(), |rest, part| rest.replace(part.as_str(), ""));
    rest.len() < lower.len() && rest.chars().filter(|character| character.is_alphanumeric()).count() < REST_MIN_LENGTH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), PasswordProblem> {
        let address = EmailAddress::parse("ada.lovelace@engine.example.com").ok();
        let policy = PasswordPolicy { min_length: 12, product: "Latchkey".to_owned() };
        policy.check_rules(password, address.as_ref())?;
        policy.check_strength(password, address.as_ref())
    }

    #[test]
    fn length_is_counted_in_characters_and_nothing_is_trimmed() {
        assert_eq!(check("xK4vq9Zr2wL"), Err(PasswordProblem::TooShort { min: 12 }));
        assert_eq!(check("xK4vq9Zr2wLp"), Ok(()));
        assert_eq!(check(" xK4vq9Zr2w "), Ok(()), "blanks at the ends count");
        let long: String = "xK4vq9Zr2wLpT7mB".repeat(16);
        assert_eq!(check(&long), Ok(()), "256");
        assert_eq!(check(&format!("{long}y")), Err(PasswordProblem::TooLong), "257");
        assert_eq!(check("🦊🐙🌵🚲🧀🎻🪁🧭🍄🛶🧶"), Err(PasswordProblem::TooShort { min: 12 }), "11 emoji");
        assert_eq!(check("🦊🐙🌵🚲🧀🎻🪁🧭🍄🛶🧶🪴"), Ok(()), "12 emoji, 48 bytes");
    }

    #[test]
    fn common_passwords_are_refused_whatever_their_capitals() {
        assert_eq!(check("passwordpassword"), Err(PasswordProblem::Common));
        assert_eq!(check("PasswordPassword"), Err(PasswordProblem::Common));
    }

    #[test]
    fn a_lower_minimum_has_its_common_passwords_refused() {
        let policy = PasswordPolicy { min_length: 8, product: "Latchkey".to_owned() };
        for password in ["password", "Sunshine1", "1qaz2wsx3e", "Iloveyou123", "passwordpassword"] {
            assert_eq!(policy.check_rules(password, None), Err(PasswordProblem::Common), "{password}");
        }
        assert_eq!(policy.check_rules("xK4vq9Zr2", None), Ok(()));
    }

    #[test]
    fn a_password_made_of_the_address_is_refused() {
        for password in ["ada.lovelace@engine.example.com", "LovelaceEngine1", "engine-example-com", "Lovelace2024!!"] {
            assert_eq!(check(password), Err(PasswordProblem::FromAddress), "{password}");
        }
        assert_eq!(check("lovelace kettle orbit mango"), Ok(()), "a part of it among other words is fine");
    }

    #[test]
    fn a_password_made_of_an_international_domain_is_refused() {
        let address = EmailAddress::parse("ada@xn--bcherstube-9db.example").ok();
        let policy = PasswordPolicy { min_length: 12, product: "Latchkey".to_owned() };
        for password in ["bücherstube1!", "Bücherstube.example"] {
            assert_eq!(policy.check_rules(password, address.as_ref()), Err(PasswordProblem::FromAddress), "{password}");
        }
    }

    #[test]
    fn what_is_easy_to_guess_is_refused() {
        for password in ["aaaaaaaaaaaaaaaa", "abcdefghijklmnop", "latchkey1234", "qwertyuiop123"] {
            assert!(matches!(check(password), Err(PasswordProblem::Guessable | PasswordProblem::Common)), "{password}");
        }
    }
    #[test]
    fn strength_is_estimated_from_the_first_forty_characters() {
        let random = "xK4vq9Zr2wLpT7mB";
        assert_eq!(check(&format!("{}{random}", "a".repeat(24))), Ok(()));
        assert_eq!(check(&format!("{}{random}", "a".repeat(40))), Err(PasswordProblem::Guessable));
        assert_eq!(check(&format!("{random}{}", "a".repeat(100))), Ok(()));
        assert_eq!(check(&"🦊🐙🌵🚲🧀🎻🪁🧭🍄🛶🧶🪴".repeat(10)), Ok(()), "characters, not bytes");
    }
}
