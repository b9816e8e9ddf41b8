//! Refresh tokens: opaque to everyone but us, single use, stored nowhere (RFC 6749, section 1.5; RFC 9700, 4.14).
//!
//! `version ‖ key id ‖ sid ‖ n ‖ HMAC-SHA-256(key, all of that ‖ salt)`, in base64url. The salt is the session row's
//! own and the key is derived from the secret, so a token takes both the database and the secret to make; garbage
//! costs one indexed read and no write.

use crate::{
    clock::Millis,
    error::Error,
    keys::refresh_key::{RefreshKey, RefreshKeys},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const SID: usize = 16;
const GENERATION: usize = 8;
const SIGNED: usize = 1 + KEY_ID + SID + GENERATION;
const MAC: usize = 32;

/// The random bytes of a session that its refresh tokens are bound to.
pub(crate) type Salt = [u8; 32];

/// A refresh token as it goes into the cookie, with how long that cookie is to live.
pub struct RefreshToken {
    token: String,
    max_age: Option<Millis>,
}

impl RefreshToken {
    pub(crate) fn issue(
        keys: &RefreshKeys,
        sid: Uuid,
        generation: i64,
        salt: &Salt,
        max_age: Option<Millis>,
    ) -> Result<Self, Error> {
        let key = &keys.current;
        let mut token = Vec::with_capacity(SIGNED + MAC);
        token.push(VERSION);
        token.extend_from_slice(&key.id);
        token.extend_from_slice(sid.as_bytes());
        token.extend_from_slice(&generation.to_be_bytes());
        let mac = mac(key, &token, salt)?.finalize().into_bytes();
        token.extend_from_slice(&mac);
        Ok(Self { token: BASE64_URL_SAFE_NO_PAD.encode(token), max_age })
    }

    /// The token itself: for the cookie, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.token
    }

    /// How long the cookie lives, in milliseconds; `None` for one that goes with the browser.
    pub fn max_age(&self) -> Option<Millis> {
        self.max_age
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("max_age", &self.max_age).finish_non_exhaustive()
    }
}

/// What a client presented: of the right form, but not yet known to be ours.
pub(crate) struct Presented {
    pub(crate) sid: Uuid,
    pub(crate) generation: i64,
    key_id: [u8; KEY_ID],
    signed: [u8; SIGNED],
    mac: [u8; MAC],
}

impl Presented {
    /// Reads a token; `None` where it has not the form of one.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let bytes: [u8; SIGNED + MAC] = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (signed, mac) = bytes.split_at(SIGNED);
        let (version, rest) = signed.split_at(1);
        let (key_id, rest) = rest.split_at(KEY_ID);
        let (sid, generation) = rest.split_at(SID);
        (version == [VERSION]).then_some(())?;
        Some(Self {
            sid: Uuid::from_slice(sid).ok()?,
            generation: i64::from_be_bytes(generation.try_into().ok()?),
            key_id: key_id.try_into().ok()?,
            signed: signed.try_into().ok()?,
            mac: mac.try_into().ok()?,
        })
    }

    /// Whether we issued this token for the session with `salt`. Compares in constant time.
    pub(crate) fn is_genuine(&self, keys: &RefreshKeys, salt: &Salt) -> bool {
        keys.find(self.key_id)
            .and_then(|key| mac(key, &self.signed, salt).ok())
            .is_some_and(|mac| mac.verify_slice(&self.mac).is_ok())
    }
}

fn mac(key: &RefreshKey, signed: &[u8], salt: &Salt) -> Result<Hmac<Sha256>, Error> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.key.expose_secret()).map_err(|_| Error::Crypto("HMAC refused the key"))?;
    mac.update(signed);
    mac.update(salt);
    Ok(mac)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::app_secret::{AppSecret, random};
    use crate::testing::SECRET;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn secret(text: &str) -> Result<AppSecret, Box<dyn std::error::Error>> {
        Ok(AppSecret::new(text.into())?)
    }

    #[test]
    fn a_token_needs_the_secret_the_salt_and_every_bit_of_itself() -> Outcome {
        let old = secret(SECRET)?;
        let new = secret("Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y")?;
        let keys = RefreshKeys::derive(&old, None)?;
        let (sid, salt) = (Uuid::now_v7(), random()?);
        let token = RefreshToken::issue(&keys, sid, 7, &salt, None)?;
        assert!(!format!("{token:?}").contains(token.expose()));

        let presented = Presented::parse(token.expose()).ok_or("no token")?;
        assert_eq!((presented.sid, presented.generation), (sid, 7));
        assert!(presented.is_genuine(&keys, &salt));
        assert!(!presented.is_genuine(&keys, &random()?), "another session's salt");
        assert!(!presented.is_genuine(&RefreshKeys::derive(&new, None)?, &salt), "another secret");
        assert!(presented.is_genuine(&RefreshKeys::derive(&new, Some(&old))?, &salt), "the secret before this one");

        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token.expose())?;
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let genuine = Presented::parse(&BASE64_URL_SAFE_NO_PAD.encode(&forged))
                .is_some_and(|presented| presented.is_genuine(&keys, &salt));
            assert!(!genuine, "bit {bit}");
        }
        Ok(())
    }

    #[test]
    fn garbage_is_no_token() -> Outcome {
        let keys = RefreshKeys::derive(&secret(SECRET)?, None)?;
        let token = RefreshToken::issue(&keys, Uuid::now_v7(), 0, &random()?, None)?;
        for garbage in ["", "x", "🦊", &token.expose()[1..], &format!("{}A", token.expose()), &"A".repeat(5000)] {
            assert!(Presented::parse(garbage).is_none(), "{garbage}");
        }
        Ok(())
    }
}
