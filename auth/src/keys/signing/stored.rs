//! The rows of signing keys: reading, inserting, and the transitions of the life cycle.
//!
//! Each transition compares and sets, so of two processes that make it at once one succeeds and the other does nothing.

use crate::{
    clock::Millis,
    error::{Error, KeyProblem},
    keys::{
        app_secret::{AppSecret, Purpose},
        seal::Sealer,
        signing::{algorithm::KeyAlgorithm, life_cycle::LifeCycle, material::KeyMaterial, public_key::PublicKey},
    },
    storage::db::{Db, Engine},
};
use contract::Words;
use secrecy::SecretString;
use sqlx::{AnyConnection, Transaction};

const NOT_RETIRED: &str =
    "SELECT kid, algorithm, sealed, public_jwk, created_at, signs_from, activated_at, longest_token,
                                  retiring_until, retired_at
                           FROM signing_keys WHERE retired_at IS NULL ORDER BY created_at, kid";
const ALL: &str = "SELECT kid, algorithm, sealed, public_jwk, created_at, signs_from, activated_at, longest_token,
                          retiring_until, retired_at
                   FROM signing_keys ORDER BY created_at, kid";
const ONE: &str = "SELECT kid, algorithm, sealed, public_jwk, created_at, signs_from, activated_at, longest_token,
                          retiring_until, retired_at
                   FROM signing_keys WHERE kid = $1";

/// A stored signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredKey {
    pub(crate) kid: String,
    pub(crate) algorithm: KeyAlgorithm,
    /// The sealed private part; `None` for a key that only verifies.
    pub(crate) sealed: Option<String>,
    /// The public part; `None` for HMAC.
    pub(crate) public: Option<PublicKey>,
    pub(crate) created_at: Millis,
    /// The longest lifetime of a token that it signed, in milliseconds.
    pub(crate) longest_token: Millis,
    pub(crate) life: LifeCycle,
}

#[derive(sqlx::FromRow)]
struct Row {
    kid: String,
    algorithm: String,
    sealed: Option<String>,
    public_jwk: Option<String>,
    created_at: Millis,
    signs_from: Millis,
    activated_at: Option<Millis>,
    longest_token: Millis,
    retiring_until: Option<Millis>,
    retired_at: Option<Millis>,
}

impl TryFrom<Row> for StoredKey {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let life = match (row.retired_at, row.retiring_until, row.activated_at) {
            (Some(at), ..) => LifeCycle::Retired { at },
            (None, Some(until), _) => LifeCycle::Retiring { until },
            (None, None, Some(since)) => LifeCycle::Active { since },
            (None, None, None) => LifeCycle::Upcoming { signs_from: row.signs_from },
        };
        let corrupt = Error::Corrupt("the row of a signing key");
        let Some(algorithm) = KeyAlgorithm::named(&row.algorithm) else { return Err(corrupt) };
        let public = row.public_jwk.as_deref().map(serde_json::from_str).transpose().map_err(|_| corrupt)?;
        let Row { kid, sealed, created_at, longest_token, .. } = row;
        Ok(Self { kid, algorithm, sealed, public, created_at, longest_token, life })
    }
}

impl StoredKey {
    /// Returns the key with its private part, opened; `None` for a key that only verifies.
    ///
    /// # Errors
    /// [`KeyProblem::Sealed`] if no configured secret opens it.
    pub(crate) fn open(&self, seal: &KeySeal) -> Result<Option<KeyMaterial>, Error> {
        let Some(sealed) = &self.sealed else { return Ok(None) };
        let private = seal.open(&self.kid, self.algorithm, sealed)?;
        Ok(Some(KeyMaterial { kid: self.kid.clone(), algorithm: self.algorithm, public: self.public.clone(), private }))
    }
}

/// Seals the private parts of signing keys. Purpose, name and algorithm are associated data, so that a sealed part opens
/// in its own row only.
pub(crate) struct KeySeal(Sealer);

impl KeySeal {
    pub(crate) fn derive(secret: &AppSecret, old: Option<&AppSecret>) -> Result<Self, Error> {
        Ok(Self(Sealer::derive(secret, old, Purpose::SigningKey)?))
    }

    fn seal(&self, key: &KeyMaterial) -> Result<String, Error> {
        self.0.seal(&key.private, &associated(&key.kid, key.algorithm))
    }

    fn open(&self, kid: &str, algorithm: KeyAlgorithm, sealed: &str) -> Result<SecretString, Error> {
        let opened = self.0.open(sealed, &associated(kid, algorithm));
        opened.map_err(|_| KeyProblem::Sealed(kid.to_owned()).into())
    }

    /// Returns the private part of `key` under the present secret, if the secret before it had sealed it.
    fn reseal(&self, key: &StoredKey) -> Result<Option<String>, Error> {
        let Some(sealed) = &key.sealed else { return Ok(None) };
        self.0
            .reseal(sealed, &associated(&key.kid, key.algorithm))
            .map_err(|_| KeyProblem::Sealed(key.kid.clone()).into())
    }
}

fn associated(kid: &str, algorithm: KeyAlgorithm) -> String {
    format!("signing key {algorithm} {kid}")
}

/// Loads the keys that are not retired, oldest first.
pub(crate) async fn load(db: &Db) -> Result<Vec<StoredKey>, Error> {
    let rows: Vec<Row> = sqlx::query_as(NOT_RETIRED).fetch_all(db.readers()).await?;
    rows.into_iter().map(StoredKey::try_from).collect()
}

/// Loads all keys, oldest first.
pub(crate) async fn load_all(db: &Db) -> Result<Vec<StoredKey>, Error> {
    let rows: Vec<Row> = sqlx::query_as(ALL).fetch_all(db.readers()).await?;
    rows.into_iter().map(StoredKey::try_from).collect()
}

/// Finds a key by its name.
pub(crate) async fn find(connection: &mut AnyConnection, kid: &str) -> Result<Option<StoredKey>, Error> {
    let row: Option<Row> = sqlx::query_as(ONE).bind(kid).fetch_optional(connection).await?;
    row.map(StoredKey::try_from).transpose()
}

/// Inserts a key. Returns `false` if it is stored already, or if its algorithm has a key in the same part of its life.
pub(crate) async fn insert(
    tx: &mut Transaction<'static, Engine>,
    key: &KeyMaterial,
    seal: &KeySeal,
    (now, signs_from, longest_token): (Millis, Millis, Millis),
) -> Result<bool, Error> {
    let is_active = signs_from <= now;
    let public = key.public.as_ref().map(serde_json::to_string).transpose();
    let inserted = sqlx::query(
        "INSERT INTO signing_keys
             (kid, algorithm, sealed, public_jwk, created_at, signs_from, activated_at, longest_token)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(&key.kid)
    .bind(key.algorithm.as_str())
    .bind(seal.seal(key)?)
    .bind(public.map_err(|_| Error::Crypto("a public key could not be written"))?)
    .bind(now)
    .bind(signs_from)
    .bind(is_active.then_some(now))
    .bind(longest_token)
    .execute(&mut **tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Inserts the public part of a key that signed before keys were stored. It verifies until `until`.
pub(crate) async fn insert_retiring(
    tx: &mut Transaction<'static, Engine>,
    key: &KeyMaterial,
    now: Millis,
    until: Millis,
) -> Result<(), Error> {
    let public = key.public.as_ref().map(serde_json::to_string).transpose();
    sqlx::query(
        "INSERT INTO signing_keys
             (kid, algorithm, public_jwk, created_at, signs_from, activated_at, longest_token, retiring_until)
         VALUES ($1, $2, $3, $4, $4, $4, 0, $5) ON CONFLICT DO NOTHING",
    )
    .bind(&key.kid)
    .bind(key.algorithm.as_str())
    .bind(public.map_err(|_| Error::Crypto("a public key could not be written"))?)
    .bind(now)
    .bind(until)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets an upcoming key sign from `now`. Returns `false` if it was not upcoming any more. The active key of its algorithm
/// must have been ended before.
pub(crate) async fn activate(
    tx: &mut Transaction<'static, Engine>,
    kid: &str,
    now: Millis,
    longest_token: Millis,
) -> Result<bool, Error> {
    let activated = sqlx::query(
        "UPDATE signing_keys SET activated_at = $2, longest_token = $3
         WHERE kid = $1 AND activated_at IS NULL AND retiring_until IS NULL AND retired_at IS NULL",
    )
    .bind(kid)
    .bind(now)
    .bind(longest_token)
    .execute(&mut **tx)
    .await?;
    Ok(activated.rows_affected() == 1)
}

/// Ends the signing of the active key of an algorithm, if it has one. Returns the key's name. It verifies on until its
/// last token has expired, and for `slack` milliseconds more.
pub(crate) async fn end_signing(
    tx: &mut Transaction<'static, Engine>,
    algorithm: KeyAlgorithm,
    now: Millis,
    slack: Millis,
) -> Result<Option<String>, Error> {
    let ended: Option<(String,)> = sqlx::query_as(
        "UPDATE signing_keys SET retiring_until = $2 + longest_token
         WHERE algorithm = $1 AND activated_at IS NOT NULL AND retiring_until IS NULL AND retired_at IS NULL
         RETURNING kid",
    )
    .bind(algorithm.as_str())
    .bind(now.saturating_add(slack))
    .fetch_optional(&mut **tx)
    .await?;
    Ok(ended.map(|(kid,)| kid))
}

/// Retires a key and erases its private part. Returns `false` if it was retired already.
pub(crate) async fn retire(tx: &mut Transaction<'static, Engine>, kid: &str, now: Millis) -> Result<bool, Error> {
    let retired =
        sqlx::query("UPDATE signing_keys SET retired_at = $2, sealed = NULL WHERE kid = $1 AND retired_at IS NULL")
            .bind(kid)
            .bind(now)
            .execute(&mut **tx)
            .await?;
    Ok(retired.rows_affected() == 1)
}

/// Returns the upcoming key of an algorithm.
pub(crate) async fn upcoming(
    tx: &mut Transaction<'static, Engine>,
    algorithm: KeyAlgorithm,
) -> Result<Option<String>, Error> {
    let found: Option<(String,)> = sqlx::query_as(
        "SELECT kid FROM signing_keys
         WHERE algorithm = $1 AND activated_at IS NULL AND retiring_until IS NULL AND retired_at IS NULL",
    )
    .bind(algorithm.as_str())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(found.map(|(kid,)| kid))
}

/// Seals every private part again that the secret before the present one had sealed. Returns how many.
///
/// # Errors
/// [`KeyProblem::Sealed`] if a key that signs, or will, cannot be opened.
pub(crate) async fn reseal(db: &Db, seal: &KeySeal) -> Result<u64, Error> {
    let mut resealed = 0;
    for key in load(db).await? {
        let sealed = match (seal.reseal(&key), key.life) {
            (Ok(None), _) => continue,
            (Ok(Some(sealed)), _) => sealed,
            // Its public part verifies without the private one.
            (Err(error), LifeCycle::Retiring { .. }) if key.public.is_some() => {
                tracing::warn!(target: "auth", %error, "a retiring signing key only verifies");
                continue;
            }
            (Err(error), _) => return Err(error),
        };
        let changed = sqlx::query("UPDATE signing_keys SET sealed = $3 WHERE kid = $1 AND sealed = $2")
            .bind(&key.kid)
            .bind(key.sealed.as_deref())
            .bind(sealed)
            .execute(&mut *db.writer().await?)
            .await?;
        resealed += changed.rows_affected();
    }
    Ok(resealed)
}

/// Records that the keys that sign may sign tokens of this lifetime, in milliseconds, from now on.
pub(crate) async fn allow_lifetime(db: &Db, longest_token: Millis) -> Result<(), Error> {
    let (shorter,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM signing_keys
         WHERE longest_token < $1 AND retiring_until IS NULL AND retired_at IS NULL",
    )
    .bind(longest_token)
    .fetch_one(db.readers())
    .await?;
    // A server also starts on a database that it can only read.
    if shorter == 0 {
        return Ok(());
    }
    sqlx::query(
        "UPDATE signing_keys SET longest_token = $1
         WHERE longest_token < $1 AND retiring_until IS NULL AND retired_at IS NULL",
    )
    .bind(longest_token)
    .execute(&mut *db.writer().await?)
    .await?;
    Ok(())
}
