//! The token of a mailed link: how it is made, hashed, and found again in what a person copied.

use crate::{error::Error, keys::app_secret::random};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Random bytes in a token.
const BYTES: usize = 32;
/// The characters that they are written in (RFC 4648, section 5, without padding).
const LENGTH: usize = (BYTES * 8).div_ceil(6);
/// The sign `=` in quoted-printable text (RFC 2045, section 6.7). It stands before the token where a link is copied from
/// a mail's source: `?token=3D…`.
const QUOTED_EQUALS: &str = "3D";

/// Makes a token.
pub(crate) fn random_token() -> Result<SecretString, Error> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<BYTES>()?).into())
}

/// The hash under which a token is stored.
pub(crate) fn hash(token: &SecretString) -> String {
    hash_text(token.expose_secret())
}

/// The hash of the token that a person presented, without what was copied around it; `None` where there is none.
pub(crate) fn hash_presented(presented: &str) -> Option<String> {
    if let Some(token) = token_in(presented) {
        return Some(hash_text(token));
    }
    // A line broken within the token, also as quoted-printable text breaks it: with `=` at its end.
    let joined: String = presented.replace("=\r\n", "").replace("=\n", "").split_whitespace().collect();
    token_in(&joined).map(hash_text)
}

/// The first run of a token's characters that is long enough. What follows its 43rd character belongs to the text that it
/// was copied from, such as the `_` that closes an emphasis.
fn token_in(text: &str) -> Option<&str> {
    let run = text.split(|character| !is_of_alphabet(character)).find(|run| run.len() >= LENGTH)?;
    let unquoted = run.strip_prefix(QUOTED_EQUALS).filter(|rest| rest.len() >= LENGTH);
    unquoted.unwrap_or(run).get(..LENGTH)
}

fn is_of_alphabet(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

fn hash_text(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "Uzqk-vT9_Lw8Rr2Yp5Xn7Bm4Cs6Df1Gh0JZk3vT9qLw";

    #[test]
    fn a_token_is_found_in_what_was_copied_around_it() {
        assert_eq!(TOKEN.len(), LENGTH);
        let (start, end) = TOKEN.split_at(20);
        for presented in [
            TOKEN.to_owned(),
            format!("{TOKEN}."),
            format!("{TOKEN},"),
            format!("{TOKEN})"),
            format!("{TOKEN}>"),
            format!("<{TOKEN}>"),
            format!("{TOKEN}]"),
            format!("{TOKEN}\""),
            format!("\"{TOKEN}\""),
            format!("“{TOKEN}”"),
            format!("'{TOKEN}'"),
            format!("{TOKEN}*"),
            format!("{TOKEN}_"),
            format!("{TOKEN}--"),
            format!("{TOKEN}…"),
            format!("  {TOKEN}\t\r\n"),
            format!("\u{200b}{TOKEN}\u{a0}"),
            format!("3D{TOKEN}"),
            format!("=3D{TOKEN}"),
            format!("=3D{TOKEN}=20"),
            format!("3D{TOKEN}."),
            format!("={TOKEN}"),
            format!("{TOKEN}="),
            format!("{TOKEN}&utm_source=mail"),
            format!("{TOKEN}&amp;new"),
            format!("{TOKEN}#top"),
            format!("https://latchkey.example/verify_address?token={TOKEN} and then"),
            format!("{start}=\r\n{end}"),
            format!("{start}\n{end}"),
            format!("3D{start}=\n{end}>"),
            format!("{start} {end}"),
        ] {
            assert_eq!(hash_presented(&presented), Some(hash_text(TOKEN)), "{presented:?}");
        }
    }

    #[test]
    fn a_token_may_itself_begin_like_a_quoted_sign() {
        let token = format!("3D{}", &TOKEN[2..]);
        for presented in [token.clone(), format!("{token}."), format!("3D{token}"), format!("=3D{token}>")] {
            assert_eq!(hash_presented(&presented), Some(hash_text(&token)), "{presented:?}");
        }
    }

    #[test]
    fn what_holds_no_token_has_no_hash() {
        let short = &TOKEN[1..];
        for presented in ["", ".", "token", short, &format!("{short}."), &format!("={short}"), &"ä".repeat(43)] {
            assert_eq!(hash_presented(presented), None, "{presented:?}");
        }
        assert_ne!(hash_presented(&TOKEN.to_ascii_lowercase()), Some(hash_text(TOKEN)), "capitals count");
    }

    #[test]
    fn tokens_have_the_length_that_is_looked_for() -> Result<(), Error> {
        for _ in 0..100 {
            let token = random_token()?;
            assert_eq!(token_in(token.expose_secret()), Some(token.expose_secret()));
        }
        Ok(())
    }
}
