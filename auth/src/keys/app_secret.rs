//! `APP_SECRET`, and the keys that are derived from it: one for each purpose (HKDF, RFC 5869).

use crate::error::Error;
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;

/// The fewest bytes that a secret may have.
pub const SECRET_MIN_BYTES: usize = 32;

/// A derived key: 256 bits, shown by nothing.
pub(crate) type Key = SecretBox<[u8; 32]>;

/// What a key is for: HKDF's `info`. A text here must never change: the keys would.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Signs refresh tokens.
    RefreshToken,
    /// Seeded the Ed25519 key that signed access tokens before keys were stored. Its last tokens still verify.
    AccessToken,
    /// Seals the private parts of the keys that sign access tokens.
    SigningKey,
    /// Seals the secrets of mails that wait to be sent.
    Outbox,
    /// Vouches in a device's cookie for an account that was signed in to on it.
    DeviceVoucher,
    /// Hides whose tries are counted.
    Throttle,
    /// Seals what a browser keeps for its next page.
    Flash,
}

impl Purpose {
    fn info(self) -> &'static [u8] {
        match self {
            Self::RefreshToken => b"latchkey refresh token v1",
            Self::AccessToken => b"latchkey access token ed25519 v1",
            Self::SigningKey => b"latchkey signing key aes-256-gcm v1",
            Self::Outbox => b"latchkey outbox aes-256-gcm v1",
            Self::DeviceVoucher => b"latchkey device voucher hmac-sha-256 v1",
            Self::Throttle => b"latchkey throttle hmac-sha-256 v1",
            Self::Flash => b"latchkey flash aes-256-gcm v1",
        }
    }
}

/// The application's one secret.
#[derive(Clone, Debug)]
pub struct AppSecret(SecretString);

/// Why a secret is not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakSecret {
    /// Shorter than [`SECRET_MIN_BYTES`].
    #[error("it is shorter than {SECRET_MIN_BYTES} bytes")]
    TooShort,
    /// Made of a few characters only, or one that stands in examples.
    #[error("it is one that others know or can guess")]
    WellKnown,
}

impl AppSecret {
    /// Takes a secret from the configuration.
    ///
    /// # Errors
    /// [`WeakSecret`] where it is short, repetitive, or looks like one from an example.
    pub fn new(secret: SecretString) -> Result<Self, WeakSecret> {
        let text = secret.expose_secret();
        if text.len() < SECRET_MIN_BYTES {
            return Err(WeakSecret::TooShort);
        }
        let lower = text.to_ascii_lowercase();
        let distinct = text.bytes().collect::<std::collections::HashSet<_>>().len();
        let example =
            ["changeme", "change-me", "change_me", "your-secret", "your_secret", "supersecret", "example", "password"];
        if distinct < 10 || example.iter().any(|word| lower.contains(word)) {
            return Err(WeakSecret::WellKnown);
        }
        Ok(Self(secret))
    }

    pub(crate) fn derive(&self, purpose: Purpose) -> Result<Key, Error> {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, self.0.expose_secret().as_bytes())
            .expand(purpose.info(), &mut key)
            .map_err(|_| Error::Crypto("HKDF refused the length"))?;
        Ok(Key::new(Box::new(key)))
    }
}

/// Fresh random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Crypto("the operating system gave no randomness"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SECRET;

    #[test]
    fn short_and_well_known_secrets_are_refused() {
        let new = |text: &str| AppSecret::new(text.into()).map(|_| ());
        assert_eq!(new("k7Qp2vX9"), Err(WeakSecret::TooShort));
        assert_eq!(new(&"a".repeat(64)), Err(WeakSecret::WellKnown));
        assert_eq!(new("changeme-changeme-changeme-changeme-0123456789"), Err(WeakSecret::WellKnown));
        assert_eq!(new(SECRET), Ok(()));
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own_and_debug_shows_none() -> Result<(), Box<dyn std::error::Error>> {
        let secret = AppSecret::new(SECRET.into())?;
        let refresh = secret.derive(Purpose::RefreshToken)?;
        let access = secret.derive(Purpose::AccessToken)?;
        let outbox = secret.derive(Purpose::Outbox)?;
        assert_ne!(refresh.expose_secret(), access.expose_secret());
        assert!(![refresh.expose_secret(), access.expose_secret()].contains(&outbox.expose_secret()));
        assert!(!format!("{secret:?}").contains("Zk3v"));
        Ok(())
    }
}
