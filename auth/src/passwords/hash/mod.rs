//! Argon2id (RFC 9106) on the threads of [`HashPool`].

mod argon2id;
mod verification_time;

pub use argon2id::Argon2Cost;

use crate::{
    accounts::email::EmailAddress,
    error::Error,
    keys::app_secret::random,
    passwords::{
        hash::{
            argon2id::{fill, grow},
            verification_time::{VerificationTime, cost},
        },
        normalization::{normalized, other_form},
        policy::PasswordPolicy,
        pool::{
            HashPool,
            queue::{Place, Requester},
        },
    },
};
use argon2::{
    Algorithm, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use contract::PasswordProblem;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Instant;
use subtle::ConstantTimeEq;

const SALT_BYTES: usize = 16;

/// What verifying a password found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verified {
    /// It is another password.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, hashed at another cost than is configured now, or before passwords were normalized; here is the
    /// hash to keep instead.
    Rehashed(String),
}

/// Hashes and compares. Cheap to clone.
#[derive(Clone)]
pub(crate) struct PasswordHasher {
    pool: HashPool<Vec<Block>>,
    rule: Arc<Rule>,
}

/// How it is done.
struct Rule {
    params: Params,
    /// Verified in place of an unknown user's hash, so that both cost the same.
    dummy: String,
    time: VerificationTime,
}

impl PasswordHasher {
    /// # Errors
    /// [`Error::Crypto`] where Argon2 does not accept the cost, [`Error::Io`] where no thread can be had.
    pub(crate) fn new(cost: Argon2Cost) -> Result<Self, Error> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|_| Error::Crypto("Argon2 does not accept these parameters"))?;
        let mut rule = Rule { time: VerificationTime::new(params.clone()), params, dummy: String::new() };
        // Any output will do: no password is compared with it but in vain.
        rule.dummy = rule.phc(&random::<SALT_BYTES>()?, &random::<32>()?)?;
        Ok(Self { pool: HashPool::start()?, rule: Arc::new(rule) })
    }

    /// Measures how long the queue is.
    pub(crate) fn measure(&self) {
        self.pool.measure();
    }

    /// A place in the queue; [`Error::Busy`] where it is full, or the share in it of `client`.
    pub(crate) fn place(&self, requester: impl Into<Requester>) -> Result<Place, Error> {
        self.pool.place(requester.into())
    }

    /// Hashes a new password for `client`, in its normalized form.
    pub(crate) async fn hash(&self, password: SecretString, requester: impl Into<Requester>) -> Result<String, Error> {
        self.hash_at(self.place(requester)?, password).await
    }

    /// The same at a place that was taken before.
    pub(crate) async fn hash_at(&self, place: Place, password: SecretString) -> Result<String, Error> {
        let rule = Arc::clone(&self.rule);
        let password = normalized(&password);
        self.pool.hash(place, move |memory| rule.hash(password.expose_secret(), memory)).await
    }

    /// Compares `password` with `hash`, or with the hash of no account at the same cost, when it is the
    /// turn of `place`.
    ///
    /// Where the password as it was typed is not in its normalized form, both are compared: the hash may be older than
    /// the normalization. That is two hashes whatever `hash` is and however it ends, so it tells nothing.
    pub(crate) async fn verify_at(
        &self,
        place: Place,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<Verified, Error> {
        let rule = Arc::clone(&self.rule);
        let normalized = other_form(&password);
        self.pool
            .hash(place, move |memory| {
                let (known, hash) = (hash.is_some(), hash.as_ref().unwrap_or(&rule.dummy));
                let (typed, normalized) =
                    (password.expose_secret(), normalized.as_ref().map(ExposeSecret::expose_secret));
                let verified = match normalized {
                    Some(normalized) => rule.verify_both(typed, normalized, hash, memory)?,
                    None => rule.verify(typed, hash, memory)?,
                };
                Ok(if known { verified } else { Verified::Wrong })
            })
            .await
    }

    /// Checks the strength of a new password of `client`, which may take as long as a hash.
    pub(crate) async fn check_strength(
        &self,
        policy: PasswordPolicy,
        password: SecretString,
        address: Option<EmailAddress>,
        requester: impl Into<Requester>,
    ) -> Result<Result<(), PasswordProblem>, Error> {
        let place = self.place(requester)?;
        self.pool.run(place, move |_| Ok(policy.check_strength(password.expose_secret(), address.as_ref()))).await
    }
}

impl Rule {
    fn hash(&self, password: &str, memory: &mut Vec<Block>) -> Result<String, Error> {
        let salt = random::<SALT_BYTES>()?;
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        fill(&self.params, password, &salt, &mut output, memory)?;
        self.phc(&salt, &output)
    }

    fn verify(&self, password: &str, hash: &str, memory: &mut Vec<Block>) -> Result<Verified, Error> {
        let unreadable = Error::Corrupt("a password hash");
        let hash = PasswordHash::new(hash).map_err(|_| unreadable.clone())?;
        let params = Params::try_from(&hash).map_err(|_| unreadable.clone())?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else { return Err(unreadable) };
        let mut output = vec![0; expected.len()];
        // Fresh memory takes its time, too: as much of it for a cheap hash.
        grow(memory, &self.params)?;
        let begun = Instant::now();
        fill(&params, password, &salt, &mut output, memory)?;
        self.time.record(&params, begun.elapsed());
        if !bool::from(output.ct_eq(expected.as_bytes())) {
            let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
            self.time.make_up(&params, begun, |params| fill(params, password, &salt, &mut output, memory))?;
            return Ok(Verified::Wrong);
        }
        if cost(&params) == cost(&self.params) {
            return Ok(Verified::Right);
        }
        self.hash(password, memory).map(Verified::Rehashed)
    }

    /// Compares a password as it was typed, then in its normalized form; a hash of the first gives way to one of the
    /// second.
    fn verify_both(
        &self,
        typed: &str,
        normalized: &str,
        hash: &str,
        memory: &mut Vec<Block>,
    ) -> Result<Verified, Error> {
        match self.verify(typed, hash, memory)? {
            Verified::Wrong => self.verify(normalized, hash, memory),
            Verified::Right | Verified::Rehashed(_) => self.hash(normalized, memory).map(Verified::Rehashed),
        }
    }

    fn phc(&self, salt: &[u8], output: &[u8]) -> Result<String, Error> {
        let unwritable = Error::Crypto("a password hash cannot be written");
        Ok(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.params).map_err(|_| unwritable.clone())?,
            salt: Some(Salt::new(salt).map_err(|_| unwritable.clone())?),
            hash: Some(Output::new(output).map_err(|_| unwritable)?),
        }
        .to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{passwords::hash::argon2id::tests::FILLED, testing::PASSWORD};
    use std::time::Duration;

    impl PasswordHasher {
        async fn verify(
            &self,
            password: SecretString,
            hash: Option<String>,
            requester: Option<std::net::IpAddr>,
        ) -> Result<Verified, Error> {
            self.verify_at(self.place(requester)?, password, hash).await
        }
    }

    const CHEAP: Argon2Cost = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };

    #[tokio::test]
    async fn a_password_is_taken_as_typed_but_for_its_unicode_form() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        let hash = hasher.hash(" kettle orbit mango ".into(), None).await?;
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        let verify = |password: &str| hasher.verify(password.into(), Some(hash.clone()), None);
        assert_eq!(verify(" kettle orbit mango ").await?, Verified::Right);
        assert_eq!(verify("kettle orbit mango").await?, Verified::Wrong);
        assert_eq!(verify(" Kettle orbit mango ").await?, Verified::Wrong);
        Ok(())
    }

    /// As two systems compose it.
    const COMPOSED: &str = "caf\u{e9} n\u{e4}chste m\u{fc}hle";
    const DECOMPOSED: &str = "cafe\u{301} na\u{308}chste mu\u{308}hle";

    #[tokio::test]
    async fn a_password_composed_in_either_way_is_the_same() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        for chosen in [COMPOSED, DECOMPOSED] {
            let hash = hasher.hash(chosen.into(), None).await?;
            for typed in [COMPOSED, DECOMPOSED] {
                assert_eq!(hasher.verify(typed.into(), Some(hash.clone()), None).await?, Verified::Right);
            }
            for wrong in ["cafe na\u{308}chste mu\u{308}hle", "caf\u{e9} n\u{e4}chste m\u{fc}hle "] {
                assert_eq!(hasher.verify(wrong.into(), Some(hash.clone()), None).await?, Verified::Wrong);
            }
            assert_eq!(hasher.verify(DECOMPOSED.into(), None, None).await?, Verified::Wrong);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_hash_from_before_the_normalization_still_verifies_and_gives_way() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        let old = hasher.rule.hash(DECOMPOSED, &mut Vec::new())?;
        assert_eq!(hasher.verify(COMPOSED.into(), Some(old.clone()), None).await?, Verified::Wrong, "until then");
        let Verified::Rehashed(new) = hasher.verify(DECOMPOSED.into(), Some(old.clone()), None).await? else {
            return Err(Error::Crypto("not hashed anew"));
        };
        for typed in [COMPOSED, DECOMPOSED] {
            assert_eq!(hasher.verify(typed.into(), Some(new.clone()), None).await?, Verified::Right);
        }
        let composed = hasher.rule.hash(COMPOSED, &mut Vec::new())?;
        assert_eq!(hasher.verify(COMPOSED.into(), Some(composed), None).await?, Verified::Right, "needs no other");
        let dearer = PasswordHasher::new(Argon2Cost { passes: 2, ..CHEAP })?;
        let Verified::Rehashed(new) = dearer.verify(DECOMPOSED.into(), Some(old), None).await? else {
            return Err(Error::Crypto("not hashed anew"));
        };
        assert!(new.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{new}");
        assert_eq!(dearer.verify(COMPOSED.into(), Some(new), None).await?, Verified::Right);
        Ok(())
    }

    #[tokio::test]
    async fn two_forms_cost_two_hashes_for_every_account_and_every_answer() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        let (rule, memory) = (&hasher.rule, &mut Vec::new());
        let (normalized, old) = (rule.hash(COMPOSED, memory)?, rule.hash(DECOMPOSED, memory)?);
        let another = rule.hash("kettle orbit mango", memory)?;
        for hash in [&rule.dummy, &another, &normalized, &old] {
            FILLED.set(0);
            let verified = rule.verify_both(DECOMPOSED, COMPOSED, hash, memory)?;
            assert_eq!(FILLED.get(), 2, "{verified:?}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn nobody_has_no_password() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        assert_eq!(hasher.verify("kettle orbit mango".into(), None, None).await?, Verified::Wrong);
        Ok(())
    }

    #[tokio::test]
    async fn another_cost_means_a_new_hash() -> Result<(), Error> {
        let old = PasswordHasher::new(CHEAP)?.hash("kettle orbit mango".into(), None).await?;
        let hasher = PasswordHasher::new(Argon2Cost { passes: 2, ..CHEAP })?;
        let Verified::Rehashed(new) = hasher.verify("kettle orbit mango".into(), Some(old.clone()), None).await? else {
            return Err(Error::Crypto("not hashed anew"));
        };
        assert!(new.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{new}");
        assert_eq!(hasher.verify("kettle orbit mango".into(), Some(new), None).await?, Verified::Right);
        assert_eq!(hasher.verify("another".into(), Some(old), None).await?, Verified::Wrong);
        Ok(())
    }
    const DEAR: Argon2Cost = Argon2Cost { memory_kib: 8 * 1024, passes: 3, lanes: 1 };

    /// Refuses a wrong password with `hash`, or without an account, which must take as long as the dearest hash.
    async fn refuse(hasher: &PasswordHasher, hash: Option<&String>) -> Result<(), Error> {
        let begun = Instant::now();
        assert_eq!(hasher.verify("another".into(), hash.cloned(), None).await?, Verified::Wrong);
        // Read afterwards: a verification of the dearest cost takes the place of the one before, which may have been slower.
        let dearest = hasher.rule.time.dearest();
        assert!(begun.elapsed() >= dearest, "{:?} in place of {dearest:?}", begun.elapsed());
        Ok(())
    }

    #[tokio::test]
    async fn a_wrong_password_takes_as_long_with_a_hash_of_a_lower_cost() -> Result<(), Error> {
        let old = PasswordHasher::new(CHEAP)?.hash("kettle orbit mango".into(), None).await?;
        let hasher = PasswordHasher::new(DEAR)?;
        refuse(&hasher, Some(&old)).await?;
        assert!(hasher.rule.time.dearest() > Duration::ZERO, "the first refusal measures it");
        refuse(&hasher, Some(&old)).await?;
        refuse(&hasher, None).await?;
        refuse(&hasher, Some(&old)).await
    }

    #[tokio::test]
    async fn a_wrong_password_takes_as_long_without_an_account_once_a_dearer_hash_was_met() -> Result<(), Error> {
        let old = PasswordHasher::new(DEAR)?.hash("kettle orbit mango".into(), None).await?;
        let hasher = PasswordHasher::new(CHEAP)?;
        let today = hasher.hash("kettle orbit mango".into(), None).await?;
        refuse(&hasher, None).await?;
        let cheap = hasher.rule.time.dearest();
        refuse(&hasher, Some(&old)).await?;
        assert!(hasher.rule.time.dearest() > cheap);
        refuse(&hasher, None).await?;
        refuse(&hasher, Some(&today)).await
    }

    #[tokio::test]
    async fn the_strength_of_a_password_is_checked_in_the_bounded_queue() -> Result<(), Error> {
        let hasher = PasswordHasher::new(CHEAP)?;
        let requester = Some(std::net::IpAddr::from([192, 0, 2, 1]));
        let policy = PasswordPolicy { min_length: 12, product: "Latchkey".to_owned() };
        let check = || hasher.check_strength(policy.clone(), PASSWORD.into(), None, requester);
        assert_eq!(check().await?, Ok(()));
        let places: Vec<_> = std::iter::from_fn(|| hasher.place(requester).ok()).collect();
        assert!(matches!(check().await, Err(Error::Busy)), "{} others wait", places.len());
        Ok(())
    }
}
