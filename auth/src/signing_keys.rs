//! The keys that sign, derived from the secret now in use and, while it is being replaced, from the one before it.

use crate::{
    Error,
    secret::{AppSecret, Key, Purpose},
};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

/// Every key that this server signs or verifies with.
pub(crate) struct SigningKeys {
    /// Signs and verifies.
    pub(crate) current: KeySet,
    /// Verifies only.
    pub(crate) old: Option<KeySet>,
}

/// The keys of one secret.
pub(crate) struct KeySet {
    pub(crate) refresh: RefreshKey,
    pub(crate) access: AccessKey,
}

/// Signs refresh tokens (HMAC-SHA-256).
pub(crate) struct RefreshKey {
    /// Says in a token which key signed it, and nothing about the key.
    pub(crate) id: [u8; 4],
    pub(crate) key: Key,
}

/// Signs access tokens (EdDSA, RFC 8037).
pub(crate) struct AccessKey {
    /// The public key's thumbprint (RFC 7638).
    pub(crate) kid: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

impl SigningKeys {
    pub(crate) fn derive(secret: &AppSecret, old: Option<&AppSecret>) -> Result<Self, Error> {
        Ok(Self { current: KeySet::derive(secret)?, old: old.map(KeySet::derive).transpose()? })
    }

    pub(crate) fn refresh(&self, id: [u8; 4]) -> Option<&RefreshKey> {
        self.all().map(|keys| &keys.refresh).find(|key| key.id == id)
    }

    pub(crate) fn access(&self, kid: &str) -> Option<&AccessKey> {
        self.all().map(|keys| &keys.access).find(|key| key.kid == kid)
    }

    fn all(&self) -> impl Iterator<Item = &KeySet> {
        std::iter::once(&self.current).chain(&self.old)
    }
}

impl KeySet {
    fn derive(secret: &AppSecret) -> Result<Self, Error> {
        Ok(Self {
            refresh: RefreshKey::new(secret.derive(Purpose::RefreshToken)?),
            access: AccessKey::from_seed(&secret.derive(Purpose::AccessToken)?)?,
        })
    }
}

impl RefreshKey {
    fn new(key: Key) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"latchkey refresh key id");
        hash.update(key.expose_secret());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        Self { id: [a, b, c, d], key }
    }
}

impl AccessKey {
    fn from_seed(seed: &Key) -> Result<Self, Error> {
        let failed = |_| Error::Crypto("no Ed25519 key could be made of the seed");
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose_secret()).map_err(failed)?;
        let public = pair.public_key().as_ref();
        let x = BASE64_URL_SAFE_NO_PAD.encode(public);
        // RFC 7638, section 3: the required members in lexicographic order, without white space.
        let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let document = pair.to_pkcs8v1().map_err(|_| Error::Crypto("an Ed25519 key could not be encoded"))?;
        Ok(Self {
            kid: BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(jwk.as_bytes())),
            encoding: EncodingKey::from_ed_der(document.as_ref()),
            decoding: DecodingKey::from_ed_der(public),
        })
    }
}
