//! What an administrator does to the signing keys: list, rotate, retire, import.

use crate::{
    administration::facet::Administration,
    change::Change,
    clock::Millis,
    error::{Error, KeyProblem},
    events::event::Event,
    keys::signing::{
        algorithm::KeyAlgorithm,
        life_cycle::{LifeCycle, PUBLISHED_AHEAD, RETIREMENT_SLACK},
        material::KeyMaterial,
        public_key::PublicKey,
        stored::{self, StoredKey},
    },
};
use contract::EventKind;
use tokio::task::spawn_blocking;

/// A signing key, as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name in tokens.
    pub kid: String,
    /// What it signs with.
    pub algorithm: KeyAlgorithm,
    /// Where it is in its life.
    pub life: LifeCycle,
    /// When it was stored, in milliseconds UTC.
    pub created_at: Millis,
    /// Its public part; `None` for HMAC.
    pub public: Option<PublicKey>,
}

impl From<StoredKey> for SigningKey {
    fn from(key: StoredKey) -> Self {
        let StoredKey { kid, algorithm, public, created_at, life, .. } = key;
        Self { kid, algorithm, life, created_at, public }
    }
}

impl Administration<'_> {
    /// Returns all signing keys, oldest first, those that were retired included.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, Error> {
        Ok(stored::load_all(&self.auth.0.db).await?.into_iter().map(SigningKey::from).collect())
    }

    /// Generates the next key of an algorithm, which signs once it was published for long enough. Returns it, or the one
    /// that waits already.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rotate_signing_key(&self, algorithm: KeyAlgorithm) -> Result<SigningKey, Error> {
        self.generate_upcoming(algorithm).await?;
        let keys = self.signing_keys().await?;
        let is_next = |key: &SigningKey| key.algorithm == algorithm && matches!(key.life, LifeCycle::Upcoming { .. });
        // Between the two statements another process can have let it sign, which makes it the active one.
        let is_active = |key: &SigningKey| key.algorithm == algorithm && matches!(key.life, LifeCycle::Active { .. });
        let found = keys.iter().find(|key| is_next(key)).or_else(|| keys.iter().find(|key| is_active(key)));
        found.cloned().ok_or(Error::NotFound)
    }

    /// Retires a key at once: tokens that it signed are refused, and its private part is erased. If it signed, the
    /// upcoming key of its algorithm, or a new one, signs from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such key, or it was retired before.
    pub async fn retire_signing_key(&self, kid: &str) -> Result<(), Error> {
        let auth = &self.auth.0;
        let key = stored::find(&mut *auth.db.readers().acquire().await?, kid).await?.ok_or(Error::NotFound)?;
        let spare = generate(key.algorithm).await?;
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        let key = stored::find(&mut change, kid).await?.ok_or(Error::NotFound)?;
        if !stored::retire(&mut change, kid, now).await? {
            return Err(Error::NotFound);
        }
        record(&mut change, EventKind::SigningKeyRetired, key.algorithm, kid).await?;
        if matches!(key.life, LifeCycle::Active { .. }) {
            match stored::upcoming(&mut change, key.algorithm).await? {
                Some(next) => self.sign_with(&mut change, key.algorithm, &next).await?,
                None => self.insert(&mut change, &spare, now, EventKind::SigningKeyCreated).await?,
            };
        }
        change.commit().await?;
        self.auth.upkeep().load_signing_keys().await
    }

    /// Stores a key that was made elsewhere. It signs once it was published for long enough, in place of a key that waits
    /// for that.
    ///
    /// # Errors
    /// [`Error::SigningKey`] if it is stored already.
    pub async fn import_signing_key(&self, key: &KeyMaterial) -> Result<SigningKey, Error> {
        let now = self.auth.0.clock.now();
        self.import(key, now.saturating_add(PUBLISHED_AHEAD)).await?;
        let stored = stored::find(&mut *self.auth.0.db.readers().acquire().await?, &key.kid).await?;
        stored.map(SigningKey::from).ok_or(Error::NotFound)
    }

    /// Stores a key that was made elsewhere, which signs from `signs_from`.
    pub(super) async fn import(&self, key: &KeyMaterial, signs_from: Millis) -> Result<(), Error> {
        let now = self.auth.0.clock.now();
        let mut change = self.change(now).await?;
        if stored::find(&mut change, &key.kid).await?.is_some() {
            return Err(KeyProblem::Known(key.kid.clone()).into());
        }
        if let Some(waiting) = stored::upcoming(&mut change, key.algorithm).await? {
            stored::retire(&mut change, &waiting, now).await?;
            record(&mut change, EventKind::SigningKeyRetired, key.algorithm, &waiting).await?;
        }
        if !self.insert(&mut change, key, signs_from, EventKind::SigningKeyImported).await? {
            return Err(KeyProblem::Known(key.kid.clone()).into());
        }
        change.commit().await?;
        self.auth.upkeep().load_signing_keys().await
    }

    /// Generates a key that signs once it was published for long enough, unless one waits already. Returns whether it did.
    pub(super) async fn generate_upcoming(&self, algorithm: KeyAlgorithm) -> Result<bool, Error> {
        let key = generate(algorithm).await?;
        let now = self.auth.0.clock.now();
        self.store_generated(&key, now.saturating_add(PUBLISHED_AHEAD)).await
    }

    /// Stores a generated key that signs from `signs_from`. Returns `false` if another process was faster.
    pub(super) async fn store_generated(&self, key: &KeyMaterial, signs_from: Millis) -> Result<bool, Error> {
        let mut change = self.change(self.auth.0.clock.now()).await?;
        if !self.insert(&mut change, key, signs_from, EventKind::SigningKeyCreated).await? {
            change.roll_back().await?;
            return Ok(false);
        }
        change.commit().await?;
        self.auth.upkeep().load_signing_keys().await?;
        Ok(true)
    }

    /// Stores a key with an event of `kind`. Returns `false` if another process was faster.
    async fn insert(
        &self,
        change: &mut Change<'_>,
        key: &KeyMaterial,
        signs_from: Millis,
        kind: EventKind,
    ) -> Result<bool, Error> {
        let (auth, now) = (&self.auth.0, change.now());
        let times = (now, signs_from, auth.access_tokens.lifetime());
        if !stored::insert(change, key, &auth.key_seal, times).await? {
            return Ok(false);
        }
        record(change, kind, key.algorithm, &key.kid).await?;
        if signs_from <= now {
            record(change, EventKind::SigningKeyActivated, key.algorithm, &key.kid).await?;
        }
        Ok(true)
    }

    /// Lets an upcoming key sign, in place of the active key of its algorithm. Returns `false` if another process did.
    pub(super) async fn sign_with(
        &self,
        change: &mut Change<'_>,
        algorithm: KeyAlgorithm,
        kid: &str,
    ) -> Result<bool, Error> {
        let now = change.now();
        if let Some(ended) = stored::end_signing(change, algorithm, now, RETIREMENT_SLACK).await? {
            record(change, EventKind::SigningKeyRetiring, algorithm, &ended).await?;
        }
        if !stored::activate(change, kid, now, self.auth.0.access_tokens.lifetime()).await? {
            return Ok(false);
        }
        record(change, EventKind::SigningKeyActivated, algorithm, kid).await?;
        Ok(true)
    }
}

/// Records an event about a key.
pub(super) async fn record(
    change: &mut Change<'_>,
    what: EventKind,
    algorithm: KeyAlgorithm,
    kid: &str,
) -> Result<(), Error> {
    change.event(&Event::done(what).detail(format!("{algorithm} {kid}"))).await
}

/// Generates a key on a thread that may block.
pub(super) async fn generate(algorithm: KeyAlgorithm) -> Result<KeyMaterial, Error> {
    spawn_blocking(move || KeyMaterial::generate(algorithm)).await.map_err(|_| Error::Interrupted)?
}
