//! Seals secrets with AES-256-GCM (RFC 5116), under one key for each purpose: the secret of a mailed link while it waits in
//! the outbox, the private part of a signing key, a flash. So neither the database nor a backup of it can take over an
//! account.

use crate::{
    error::Error,
    keys::app_secret::{AppSecret, Purpose},
};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

/// Seals with the secret now in use; opens also what the one before it sealed.
pub(crate) struct Sealer {
    current: RandomizedNonceKey,
    old: Option<RandomizedNonceKey>,
}

impl Sealer {
    /// The sealer of one `purpose`.
    pub(crate) fn derive(secret: &AppSecret, old: Option<&AppSecret>, purpose: Purpose) -> Result<Self, Error> {
        let key = |secret| key(secret, purpose);
        Ok(Self { current: key(secret)?, old: old.map(key).transpose()? })
    }

    /// Seals `secret`. What it is `bound_to` has to be given again to open it, so that it cannot be moved into another
    /// row or sent to another recipient.
    pub(crate) fn seal(&self, secret: &SecretString, bound_to: &str) -> Result<String, Error> {
        let mut sealed = secret.expose_secret().as_bytes().to_vec();
        let nonce = self
            .current
            .seal_in_place_append_tag(Aad::from(bound_to), &mut sealed)
            .map_err(|_| Error::Crypto("a secret could not be sealed"))?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &sealed].concat()))
    }

    /// Opens what [`Sealer::seal`] sealed for the same `bound_to`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it was changed, bound to something else, or sealed under a secret that is gone.
    pub(crate) fn open(&self, sealed: &str, bound_to: &str) -> Result<SecretString, Error> {
        std::iter::once(&self.current)
            .chain(&self.old)
            .find_map(|key| open(key, sealed, bound_to))
            .ok_or(Error::Corrupt("a sealed secret"))
    }

    /// Seals again what the secret before the present one sealed; `None` if the present one did.
    ///
    /// # Errors
    /// As [`Sealer::open`].
    pub(crate) fn reseal(&self, sealed: &str, bound_to: &str) -> Result<Option<String>, Error> {
        if open(&self.current, sealed, bound_to).is_some() {
            return Ok(None);
        }
        self.seal(&self.open(sealed, bound_to)?, bound_to).map(Some)
    }
}

fn key(secret: &AppSecret, purpose: Purpose) -> Result<RandomizedNonceKey, Error> {
    RandomizedNonceKey::new(&AES_256_GCM, secret.derive(purpose)?.expose_secret())
        .map_err(|_| Error::Crypto("no AES key could be made of the secret"))
}

fn open(key: &RandomizedNonceKey, sealed: &str, bound_to: &str) -> Option<SecretString> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut opened = sealed.to_vec();
    let opened = key.open_in_place(nonce, Aad::from(bound_to), &mut opened).ok()?;
    Some(std::str::from_utf8(opened).ok()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SECRET;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    const NEW: &str = "Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y";

    fn secret(text: &str) -> Result<AppSecret, Box<dyn std::error::Error>> {
        Ok(AppSecret::new(text.into())?)
    }

    #[test]
    fn what_was_sealed_opens_again_and_shows_nothing() -> Outcome {
        let sealer = Sealer::derive(&secret(SECRET)?, None, Purpose::Outbox)?;
        let envelope = sealer.seal(&"a token".into(), "row")?;
        assert!(!BASE64_URL_SAFE_NO_PAD.decode(&envelope)?.windows(5).any(|part| part == b"token"));
        assert_eq!(sealer.open(&envelope, "row")?.expose_secret(), "a token");
        assert_ne!(sealer.seal(&"a token".into(), "row")?, envelope, "a nonce of its own each time");
        Ok(())
    }

    #[test]
    fn what_was_changed_in_any_bit_or_moved_is_refused() -> Outcome {
        let sealer = Sealer::derive(&secret(SECRET)?, None, Purpose::Outbox)?;
        let envelope = sealer.seal(&"a token".into(), "row")?;
        assert!(sealer.open(&envelope, "another row").is_err());
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&envelope)?;
        for bit in 0..bytes.len() * 8 {
            let mut tampered = bytes.clone();
            tampered[bit / 8] ^= 1 << (bit % 8);
            assert!(sealer.open(&BASE64_URL_SAFE_NO_PAD.encode(&tampered), "row").is_err(), "bit {bit}");
        }
        for garbage in ["", "A", "AAAA", "🦊", &envelope[..envelope.len() - 2], &"A".repeat(40)] {
            assert!(sealer.open(garbage, "row").is_err(), "{garbage}");
        }
        Ok(())
    }

    #[test]
    fn the_old_secret_opens_and_the_new_one_seals() -> Outcome {
        let (old, new) = (secret(SECRET)?, secret(NEW)?);
        let before = Sealer::derive(&old, None, Purpose::Outbox)?.seal(&"a token".into(), "row")?;
        let both = Sealer::derive(&new, Some(&old), Purpose::Outbox)?;
        let alone = Sealer::derive(&new, None, Purpose::Outbox)?;
        assert_eq!(both.open(&before, "row")?.expose_secret(), "a token");
        assert!(alone.open(&before, "row").is_err());
        let after = both.seal(&"a token".into(), "row")?;
        assert_eq!(alone.open(&after, "row")?.expose_secret(), "a token", "it outlives the old secret");
        let resealed = both.reseal(&before, "row")?.ok_or("the old secret sealed it")?;
        assert_eq!(alone.open(&resealed, "row")?.expose_secret(), "a token");
        assert_eq!(both.reseal(&resealed, "row")?, None, "the present secret sealed it");
        assert!(both.reseal(&before, "another row").is_err());
        Ok(())
    }
}
