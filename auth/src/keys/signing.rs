//! The keys that sign, derived from the secret now in use and, while it is being replaced, from the one before it.

use crate::{
    error::Error,
    keys::app_secret::{AppSecret, Key, Purpose},
};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

/// Bytes of a public key's thumbprint that name it in a token.
const KID_BYTES: usize = 9;

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
    /// The beginning of the public key's thumbprint (RFC 7638): it only tells one of our own keys from another, and
    /// the whole of it would take a tenth of a token.
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
        let thumbprint = Sha256::digest(jwk.as_bytes());
        Ok(Self {
            kid: BASE64_URL_SAFE_NO_PAD.encode(&thumbprint[..KID_BYTES]),
            encoding: EncodingKey::from_ed_der(document.as_ref()),
            decoding: DecodingKey::from_ed_der(public),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SECRET;
    use jsonwebtoken::{Algorithm, crypto};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// RFC 8037, appendix A.1.
    fn key_of_the_rfc() -> Result<AccessKey, Box<dyn std::error::Error>> {
        let seed = BASE64_URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")?;
        Ok(AccessKey::from_seed(&Key::new(Box::new(seed.as_slice().try_into()?)))?)
    }

    #[test]
    fn a_key_is_named_by_the_beginning_of_its_thumbprint() -> Outcome {
        // RFC 8037, appendix A.3.
        let (thumbprint, kid) = ("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", key_of_the_rfc()?.kid);
        assert!(thumbprint.starts_with(&kid), "{kid}");
        assert_eq!(kid.len(), 12);
        Ok(())
    }

    #[test]
    fn a_key_signs_and_verifies_as_the_rfc_says() -> Outcome {
        // RFC 8037, appendix A.4.
        let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let key = key_of_the_rfc()?;
        assert_eq!(crypto::sign(message.as_bytes(), &key.encoding, Algorithm::EdDSA)?, signature);
        assert!(crypto::verify(signature, message.as_bytes(), &key.decoding, Algorithm::EdDSA)?);
        Ok(())
    }

    #[test]
    fn keys_are_found_by_name_among_the_new_and_the_old() -> Outcome {
        let old = AppSecret::new(SECRET.into())?;
        let new = AppSecret::new("Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y".into())?;
        let alone = SigningKeys::derive(&old, None)?;
        let both = SigningKeys::derive(&new, Some(&old))?;
        let (kid, id) = (&alone.current.access.kid, alone.current.refresh.id);
        assert_eq!(SigningKeys::derive(&old, None)?.current.access.kid, *kid, "the same after a restart");
        assert_ne!((&both.current.access.kid, both.current.refresh.id), (kid, id));
        assert!(both.access(kid).is_some() && both.refresh(id).is_some());
        assert!(alone.access(&both.current.access.kid).is_none() && alone.refresh(both.current.refresh.id).is_none());
        Ok(())
    }
}
