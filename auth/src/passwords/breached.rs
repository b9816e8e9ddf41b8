//! Has a password appeared in a breach? (NIST SP 800-63B, section 3.1.1.2; OWASP ASVS 5.0, 6.2.12)
//!
//! It is asked by k-anonymity, as the range API of Pwned Passwords has it: of the password's SHA-1 five hex digits go
//! out, everything known that begins with them comes back, and the rest is compared here. Who keeps the list learns
//! one of a million groups, of some thousand passwords each. Where the list cannot be had, the password passes: nobody
//! else's trouble may keep people from their accounts.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use futures::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use std::fmt::{self, Write};
use std::sync::Arc;

/// Hex digits of a SHA-1 that go out.
const PREFIX: usize = 5;
/// The rest of its forty.
const SUFFIX: usize = 35;

type Fetch = dyn Fn(String) -> BoxFuture<'static, Result<Vec<u8>, RangeProblem>> + Send + Sync;

/// Passwords that have appeared in breaches, from an external list. Cheap to clone.
#[derive(Clone)]
pub struct BreachedPasswords(Arc<Fetch>);

/// Why a range of breached passwords could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeProblem {
    /// It took too long.
    #[error("there was no answer in time")]
    TimedOut,
    /// The list could not be reached, or the connection broke.
    #[error("it cannot be asked: {0}")]
    Unreachable(String),
    /// The answer was another than 200.
    #[error("it answered {0}")]
    Status(u16),
    /// The answer is longer than any range is.
    #[error("its answer is too long")]
    TooLong,
    /// The answer is no range.
    #[error("its answer cannot be read")]
    Unreadable,
}

impl RangeProblem {
    /// As it stands in the table of events.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::TimedOut => "timed_out",
            Self::Unreachable(_) => "unreachable",
            Self::Status(_) => "status",
            Self::TooLong => "too_long",
            Self::Unreadable => "unreadable",
        }
    }
}

impl BreachedPasswords {
    /// Those that `range` finds: it takes the first five hex digits of a SHA-1, in capitals, and gives a line
    /// `SUFFIX:COUNT` for each password whose SHA-1 begins with them; or in the end why it cannot.
    pub fn new<F>(range: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Vec<u8>, RangeProblem>> + Send + 'static,
    {
        Self(Arc::new(move |prefix| Box::pin(range(prefix))))
    }

    /// Whether anybody can be asked at all.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), RangeProblem> {
        self.hold(&"password".into()).await.map(drop)
    }

    /// Whether `password` is one of them.
    pub(crate) async fn hold(&self, password: &SecretString) -> Result<bool, RangeProblem> {
        let (prefix, suffix) = split(password);
        let range = (self.0)(prefix).await?;
        contains(&range, suffix.expose_secret())
    }
}

impl fmt::Debug for BreachedPasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreachedPasswords").finish_non_exhaustive()
    }
}

/// The SHA-1 of a password in hex digits: what goes out, and what stays.
fn split(password: &SecretString) -> (String, SecretString) {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.expose_secret().as_bytes());
    let mut hex = digest.as_ref().iter().fold(String::with_capacity(PREFIX + SUFFIX), |mut hex, byte| {
        // Writing to a string does not fail.
        let _written = write!(hex, "{byte:02X}");
        hex
    });
    let suffix = hex.split_off(PREFIX);
    (hex, suffix.into())
}

/// Whether a range holds a suffix. What is there zero times is padding, which hides how long the range is.
fn contains(range: &[u8], suffix: &str) -> Result<bool, RangeProblem> {
    let lines = str::from_utf8(range).map_err(|_| RangeProblem::Unreadable)?.split_ascii_whitespace();
    let counts = lines.map(|line| entry(line).map(|(other, count)| count > 0 && other.eq_ignore_ascii_case(suffix)));
    let found: Option<Vec<bool>> = counts.collect();
    // No range is empty: there are more breached passwords than prefixes, by far.
    let found = found.filter(|found| !found.is_empty()).ok_or(RangeProblem::Unreadable)?;
    Ok(found.contains(&true))
}

fn entry(line: &str) -> Option<(&str, u64)> {
    let (suffix, count) = line.split_once(':')?;
    let is_suffix = suffix.len() == SUFFIX && suffix.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_suffix.then_some((suffix, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `password` (FIPS 180-4): 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
    const OWN: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";
    const OTHER: &str = "00000000000000000000000000000000001";

    #[test]
    fn five_digits_of_the_hash_go_out_and_the_rest_stays() {
        let (prefix, suffix) = split(&"password".into());
        assert_eq!((prefix.as_str(), suffix.expose_secret()), ("5BAA6", OWN));
        let (prefix, suffix) = split(&" pässwörd\0".into());
        assert_eq!((prefix.len(), suffix.expose_secret().len()), (PREFIX, SUFFIX), "whatever it is made of");
        assert!(!format!("{:?}", split(&"password".into())).contains(OWN));
    }

    #[test]
    fn a_suffix_is_found_in_whatever_form_a_list_has() {
        for range in [
            format!("{OWN}:3"),
            format!("{OTHER}:2\r\n{OWN}:3861493\r\n"),
            format!("{OWN}:1\n{OTHER}:2\n"),
            format!("{OTHER}:2\r\n{}:1\r\n\r\n", OWN.to_lowercase()),
        ] {
            assert_eq!(contains(range.as_bytes(), OWN), Ok(true), "{range:?}");
        }
        assert_eq!(contains(format!("{OTHER}:2\r\n").as_bytes(), OWN), Ok(false));
    }

    #[test]
    fn padding_counts_nothing() {
        assert_eq!(contains(format!("{OTHER}:2\r\n{OWN}:0\r\n").as_bytes(), OWN), Ok(false));
        assert_eq!(contains(format!("{OWN}:00\r\n{OWN}:4\r\n").as_bytes(), OWN), Ok(true));
    }

    #[test]
    fn what_is_no_range_is_not_taken_for_one() {
        for range in [
            String::new(),
            "\r\n".to_owned(),
            "<!doctype html><title>Sign in to the network</title>".to_owned(),
            OWN.to_owned(),
            format!("{OWN}:"),
            format!("{OWN}:-1"),
            format!("{OWN}:many"),
            format!("{}:1", &OWN[1..]),
            format!("5BAA6{OWN}:1"),
            format!("{}G:1", &OWN[1..]),
            format!("{OWN}:1\r\n{OTHER}"),
            format!("\u{feff}{OWN}:1"),
        ] {
            assert_eq!(contains(range.as_bytes(), OWN), Err(RangeProblem::Unreadable), "{range:?}");
        }
        assert_eq!(contains(&[b'\xff'; 37], OWN), Err(RangeProblem::Unreadable));
    }
}
