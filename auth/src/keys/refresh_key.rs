//! The keys that sign refresh tokens, derived from the secret now in use and, while it is being replaced, from the one
//! before it.

use crate::{
    error::Error,
    keys::app_secret::{AppSecret, Key, Purpose},
};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

/// The keys of refresh tokens.
pub(crate) struct RefreshKeys {
    /// Signs and verifies.
    pub(crate) current: RefreshKey,
    /// Verifies only.
    old: Option<RefreshKey>,
}

/// Signs refresh tokens (HMAC-SHA-256).
pub(crate) struct RefreshKey {
    /// Says in a token which key signed it, and nothing about the key.
    pub(crate) id: [u8; 4],
    pub(crate) key: Key,
}

impl RefreshKeys {
    pub(crate) fn derive(secret: &AppSecret, old: Option<&AppSecret>) -> Result<Self, Error> {
        Ok(Self { current: RefreshKey::derive(secret)?, old: old.map(RefreshKey::derive).transpose()? })
    }

    /// Returns the key with an id.
    pub(crate) fn find(&self, id: [u8; 4]) -> Option<&RefreshKey> {
        std::iter::once(&self.current).chain(&self.old).find(|key| key.id == id)
    }
}

impl RefreshKey {
    fn derive(secret: &AppSecret) -> Result<Self, Error> {
        let key = secret.derive(Purpose::RefreshToken)?;
        let mut hash = Sha256::new();
        hash.update(b"latchkey refresh key id");
        hash.update(key.expose_secret());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        Ok(Self { id: [a, b, c, d], key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SECRET;

    #[test]
    fn keys_are_found_by_name_among_the_new_and_the_old() -> Result<(), Box<dyn std::error::Error>> {
        let old = AppSecret::new(SECRET.into())?;
        let new = AppSecret::new("Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y".into())?;
        let alone = RefreshKeys::derive(&old, None)?;
        let both = RefreshKeys::derive(&new, Some(&old))?;
        let id = alone.current.id;
        assert_eq!(RefreshKeys::derive(&old, None)?.current.id, id, "the same after a restart");
        assert_ne!(both.current.id, id);
        assert!(both.find(id).is_some());
        assert!(alone.find(both.current.id).is_none());
        Ok(())
    }
}
