//! The signing keys at the start of a server, and their rotation by itself.

use crate::{
    administration::{
        facet::Administration,
        signing_keys::{generate, record},
    },
    error::{Error, KeyProblem},
    keys::signing::{
        algorithm::KeyAlgorithm,
        life_cycle::{LifeCycle, PUBLISHED_AHEAD, RETIREMENT_SLACK},
        material::KeyMaterial,
        ring::derived,
        schedule::{Plan, Step, next_step},
        stored::{self, StoredKey},
    },
};
use contract::EventKind;

/// The most steps that one call makes. Each follows from the rows, and other processes may make the same.
const STEPS_MAX: usize = 20;

impl Administration<'_> {
    /// Prepares the signing keys of a server that starts: seals them under the present secret, stores the configured key,
    /// generates a missing one, and loads them.
    ///
    /// # Errors
    /// [`Error::SigningKey`] if the configured key cannot be used, or a stored one cannot be opened.
    pub async fn start_signing_keys(&self) -> Result<(), Error> {
        let auth = &self.auth.0;
        let resealed = stored::reseal(&auth.db, &auth.key_seal).await?;
        if resealed > 0 {
            tracing::info!(target: "auth", resealed, "signing keys are sealed under the present secret");
        }
        self.store_derived_keys().await?;
        stored::allow_lifetime(&auth.db, auth.access_tokens.lifetime()).await?;
        if let Some(key) = &auth.config.signing_key {
            self.store_configured_key(key).await?;
        }
        self.maintain_signing_keys().await
    }

    /// Makes every step that is due in the life of the signing keys, and loads them.
    ///
    /// # Errors
    /// [`Error::SigningKey`] if a key cannot be opened.
    pub async fn maintain_signing_keys(&self) -> Result<(), Error> {
        let auth = &self.auth.0;
        let plan = Plan {
            algorithm: auth.config.token_algorithm,
            rotation: auth.config.key_rotation,
            is_given: auth.config.signing_key.is_some(),
        };
        for _ in 0..STEPS_MAX {
            let keys = stored::load(&auth.db).await?;
            match next_step(&keys, &plan, auth.clock.now()) {
                Some(step) => self.make(step, plan.algorithm).await?,
                None => break,
            }
        }
        self.auth.upkeep().load_signing_keys().await
    }

    /// Makes one step. Where another process made it first, nothing happens.
    async fn make(&self, step: Step<'_>, algorithm: KeyAlgorithm) -> Result<(), Error> {
        match step {
            Step::GenerateActive => {
                let key = generate(algorithm).await?;
                self.store_generated(&key, self.auth.0.clock.now()).await?;
            }
            Step::GenerateUpcoming => {
                self.generate_upcoming(algorithm).await?;
            }
            Step::Activate(key) => self.activate(key).await?,
            Step::EndSigning(key) => self.end_signing(key).await?,
            Step::Retire(key) => self.retire(key).await?,
        }
        Ok(())
    }

    async fn activate(&self, key: &StoredKey) -> Result<(), Error> {
        let mut change = self.change(self.auth.0.clock.now()).await?;
        if self.sign_with(&mut change, key.algorithm, &key.kid).await? {
            change.commit().await
        } else {
            change.roll_back().await
        }
    }

    async fn end_signing(&self, key: &StoredKey) -> Result<(), Error> {
        let now = self.auth.0.clock.now();
        let mut change = self.change(now).await?;
        if let Some(ended) = stored::end_signing(&mut change, key.algorithm, now, RETIREMENT_SLACK).await? {
            record(&mut change, EventKind::SigningKeyRetiring, key.algorithm, &ended).await?;
        }
        change.commit().await
    }

    async fn retire(&self, key: &StoredKey) -> Result<(), Error> {
        let now = self.auth.0.clock.now();
        let mut change = self.change(now).await?;
        if stored::retire(&mut change, &key.kid, now).await? {
            record(&mut change, EventKind::SigningKeyRetired, key.algorithm, &key.kid).await?;
        }
        change.commit().await
    }

    /// Stores the public parts of the keys that were derived from the secrets, so that tokens of a server before stored
    /// keys verify until they expire. Does nothing once a key is stored, or if nobody can have such a token.
    async fn store_derived_keys(&self) -> Result<(), Error> {
        let auth = &self.auth.0;
        let (keys, sessions): (i64, i64) =
            sqlx::query_as("SELECT (SELECT COUNT(*) FROM signing_keys), (SELECT COUNT(*) FROM sessions)")
                .fetch_one(auth.db.readers())
                .await?;
        if keys > 0 || sessions == 0 {
            return Ok(());
        }
        let now = auth.clock.now();
        let until = now.saturating_add(auth.access_tokens.lifetime()).saturating_add(RETIREMENT_SLACK);
        let mut change = self.change(now).await?;
        for secret in std::iter::once(&auth.config.secret).chain(&auth.config.old_secret) {
            stored::insert_retiring(&mut change, &derived(secret)?, now, until).await?;
        }
        change.commit().await
    }

    /// Stores the configured key, unless it is stored. It signs at once if no key does.
    async fn store_configured_key(&self, key: &KeyMaterial) -> Result<(), Error> {
        let auth = &self.auth.0;
        if key.algorithm != auth.config.token_algorithm {
            let (key, configured) = (key.algorithm.as_str(), auth.config.token_algorithm.as_str());
            return Err(KeyProblem::OtherAlgorithm { key, configured }.into());
        }
        let known = stored::find(&mut *auth.db.readers().acquire().await?, &key.kid).await?;
        match known.map(|known| known.life) {
            Some(LifeCycle::Upcoming { .. } | LifeCycle::Active { .. }) => return Ok(()),
            Some(LifeCycle::Retiring { .. } | LifeCycle::Retired { .. }) => {
                return Err(KeyProblem::Over(key.kid.clone()).into());
            }
            None => {}
        }
        let now = auth.clock.now();
        let is_active = |key: &StoredKey| matches!(key.life, LifeCycle::Active { .. });
        let signs_from = if stored::load(&auth.db).await?.iter().any(is_active) { now + PUBLISHED_AHEAD } else { now };
        match self.import(key, signs_from).await {
            // Another process that starts has the same key.
            Err(Error::SigningKey(KeyProblem::Known(_))) => Ok(()),
            imported => imported,
        }
    }
}
