//! The signing keys in memory: the one that signs, and those that verify.

use crate::{
    clock::Millis,
    error::Error,
    keys::{
        app_secret::{AppSecret, Purpose},
        signing::{
            algorithm::KeyAlgorithm,
            life_cycle::LifeCycle,
            material::KeyMaterial,
            private_key::PrivateKey,
            public_key::PublicKey,
            stored::{KeySeal, StoredKey},
            verifying_key::VerifyingKey,
        },
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::ExposeSecret;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The shortest time between two loads that unknown keys cause. Anyone can name an unknown key.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(1);

/// Bytes of the hash that names a version of the published keys.
const ETAG_BYTES: usize = 12;

/// The published keys (RFC 7517, section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwks {
    /// The JSON Web Key Set.
    pub json: String,
    /// Its entity tag, in quotes (RFC 9110, section 8.8.3).
    pub etag: String,
}

/// A version of the keys.
pub(crate) struct Keys {
    /// The rows that it was made of.
    rows: Vec<StoredKey>,
    signing: Option<Arc<PrivateKey>>,
    verifying: HashMap<String, (VerifyingKey, LifeCycle)>,
    jwks: Arc<Jwks>,
}

/// The keys as they are published.
#[derive(Serialize)]
struct KeySet<'a> {
    keys: Vec<PublishedKey<'a>>,
}

#[derive(Serialize)]
struct PublishedKey<'a> {
    kid: &'a str,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    #[serde(flatten)]
    key: &'a PublicKey,
}

impl Keys {
    /// Opens stored keys. Of those that may sign, the active one of `algorithm` does; without it, the one that became
    /// active last. Takes about a millisecond for each RSA key.
    pub(crate) fn open(rows: Vec<StoredKey>, seal: &KeySeal, algorithm: KeyAlgorithm) -> Result<Self, Error> {
        let active = rows.iter().filter_map(|row| match row.life {
            LifeCycle::Active { since } => Some((row.algorithm == algorithm, since, row)),
            _ => None,
        });
        let signing = active.max_by_key(|(is_preferred, since, _)| (*is_preferred, *since)).map(|(_, _, row)| row);
        let signing = signing.map(|row| row.open(seal)).transpose()?.flatten();
        let signing = signing.map(|material| PrivateKey::parse(&material)).transpose()?.map(Arc::new);
        let mut verifying = HashMap::new();
        for row in &rows {
            if let Some(key) = verifying_key(row, seal)? {
                verifying.insert(row.kid.clone(), (key, row.life));
            }
        }
        let jwks = Arc::new(published(&rows)?);
        Ok(Self { rows, signing, verifying, jwks })
    }

    /// Returns the key that is derived from the secret, and verifies with that of the secret before it. Keys were derived
    /// before they were stored; until the stored ones are loaded, they still are.
    fn derive(secret: &AppSecret, old: Option<&AppSecret>) -> Result<Self, Error> {
        let [current, old] = [Some(secret), old].map(|secret| secret.map(derived).transpose());
        let (current, old) = (current?, old?);
        let mut verifying = HashMap::new();
        for material in current.iter().chain(&old) {
            if let Some(public) = &material.public {
                let key = VerifyingKey::of_public(material.algorithm, public)?;
                verifying.insert(material.kid.clone(), (key, LifeCycle::Active { since: 0 }));
            }
        }
        let signing = current.as_ref().map(PrivateKey::parse).transpose()?.map(Arc::new);
        Ok(Self { rows: Vec::new(), signing, verifying, jwks: Arc::new(published(&[])?) })
    }

    /// Returns the key that signs.
    pub(crate) fn signing(&self) -> Option<&Arc<PrivateKey>> {
        self.signing.as_ref()
    }

    /// Returns the key that is named `kid`, if it verifies at `now`.
    pub(crate) fn verifying(&self, kid: &str, now: Millis) -> Option<&VerifyingKey> {
        self.verifying.get(kid).filter(|(_, life)| life.verifies(now)).map(|(key, _)| key)
    }

    /// Returns the published keys.
    pub(crate) fn jwks(&self) -> &Arc<Jwks> {
        &self.jwks
    }

    /// Whether it was made of the same keys in the same parts of their lives. Nothing else in a row changes but the seal,
    /// when another node starts with a new secret, which this one may not know yet.
    pub(crate) fn is_of(&self, rows: &[StoredKey]) -> bool {
        let is_same = |(one, other): (&StoredKey, &StoredKey)| one.kid == other.kid && one.life == other.life;
        self.rows.len() == rows.len() && self.rows.iter().zip(rows).all(is_same)
    }
}

/// Returns the key that verifies what a stored key signed; `None` if nothing can.
fn verifying_key(row: &StoredKey, seal: &KeySeal) -> Result<Option<VerifyingKey>, Error> {
    if let Some(public) = &row.public {
        return VerifyingKey::of_public(row.algorithm, public).map(Some);
    }
    match row.open(seal) {
        Ok(material) => {
            let document = material.map(|material| material.document()).transpose()?;
            Ok(document.map(|document| VerifyingKey::of_secret(document.expose_secret())))
        }
        Err(error) => {
            tracing::warn!(target: "auth", %error, "the tokens of a signing key are refused");
            Ok(None)
        }
    }
}

/// Returns the key that was derived from a secret before keys were stored.
pub(crate) fn derived(secret: &AppSecret) -> Result<KeyMaterial, Error> {
    KeyMaterial::from_seed(&secret.derive(Purpose::AccessToken)?)
}

fn published(rows: &[StoredKey]) -> Result<Jwks, Error> {
    let keys = rows
        .iter()
        .filter_map(|row| {
            Some(PublishedKey { kid: &row.kid, alg: row.algorithm.as_str(), usage: "sig", key: row.public.as_ref()? })
        })
        .collect();
    let json =
        serde_json::to_string(&KeySet { keys }).map_err(|_| Error::Crypto("the public keys could not be written"))?;
    let hash = Sha256::digest(json.as_bytes());
    let etag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&hash[..ETAG_BYTES]));
    Ok(Jwks { json, etag })
}

/// The present version of the keys, which loads replace.
pub(crate) struct KeyRing {
    keys: RwLock<Arc<Keys>>,
    /// When an unknown key caused a load.
    asked: Mutex<Option<Instant>>,
}

impl KeyRing {
    /// Returns the derived keys.
    pub(crate) fn derive(secret: &AppSecret, old: Option<&AppSecret>) -> Result<Self, Error> {
        Ok(Self { keys: RwLock::new(Arc::new(Keys::derive(secret, old)?)), asked: Mutex::new(None) })
    }

    /// Returns the present version.
    pub(crate) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the present version.
    pub(crate) fn replace(&self, keys: Keys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// Whether an unknown key may cause a load now. At most one does in a second.
    pub(crate) fn may_load_unknown(&self) -> bool {
        let now = Instant::now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let may = asked.is_none_or(|at| now.duration_since(at) >= UNKNOWN_KEY_PAUSE);
        if may {
            *asked = Some(now);
        }
        may
    }
}
