//! Known devices: browsers that have signed in to an account, by a cookie that outlives the session. Their
//! tries are counted apart from strangers', so nobody can make an account's owner wait; and a sign-in from any other is
//! told to the owner.
//!
//! It proves nothing else: this cookie alone authenticates no one.

use crate::{
    clock::{DAY, Millis},
    error::Error,
    ids::UserId,
    keys::app_secret::random,
    storage::{
        db::{Db, Engine},
        sweep::Over,
    },
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use sqlx::Transaction;

/// Random bytes in a token.
const TOKEN_BYTES: usize = 32;
/// Between the random part and the vouchers.
const VOUCHERS_AFTER: char = '.';
/// The longest text of vouchers: eight of eight bytes.
const VOUCHERS_MAX_LENGTH: usize = 86;
/// How long a device is known after the last sign-in on it, in milliseconds: as long as browsers keep a cookie
/// (RFC 6265bis, section 5.5).
pub const DEVICE_KNOWN_FOR: Millis = 400 * DAY;
/// How often it is written down that a device is in use still, in milliseconds.
const NOTED_EVERY: Millis = DAY;
/// Devices that an account knows; beyond, the one longest unused is forgotten.
const DEVICES_PER_USER: i64 = 50;
const OVER: Over = Over { table: "known_devices", key: "user_id, hash", when: "last_seen_at <= $1" };

/// What a browser's device cookie holds.
#[derive(Clone, Debug)]
pub struct DeviceToken(SecretString);

impl DeviceToken {
    /// A token as it came in a cookie; `None` where it cannot be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (random, vouchers) = text.split_once(VOUCHERS_AFTER).map_or((text, None), |(one, two)| (one, Some(two)));
        let is_ours = BASE64_URL_SAFE_NO_PAD.decode(random).is_ok_and(|bytes| bytes.len() == TOKEN_BYTES);
        let is_whole = vouchers.is_none_or(|text| {
            text.len() <= VOUCHERS_MAX_LENGTH && BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|all| !all.is_empty())
        });
        (is_ours && is_whole).then(|| Self(text.into()))
    }

    /// The text for the cookie.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// As it is kept: without the vouchers, by which a device does not become another.
    pub(crate) fn hash(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.random_part().as_bytes()))
    }

    fn random_part(&self) -> &str {
        let text = self.expose();
        text.split_once(VOUCHERS_AFTER).map_or(text, |(random, _)| random)
    }

    /// Its vouchers (see `clients/voucher.rs`), one after the other.
    pub(crate) fn vouchers(&self) -> Vec<u8> {
        let vouchers = self.expose().split_once(VOUCHERS_AFTER);
        vouchers.and_then(|(_, vouchers)| BASE64_URL_SAFE_NO_PAD.decode(vouchers).ok()).unwrap_or_default()
    }

    /// The same device with these vouchers.
    pub(crate) fn with_vouchers(&self, vouchers: &[u8]) -> Self {
        let vouchers = BASE64_URL_SAFE_NO_PAD.encode(vouchers);
        Self(format!("{}{VOUCHERS_AFTER}{vouchers}", self.random_part()).into())
    }

    /// Whether the account of `email` knows the device. Takes the same time whether there is one.
    pub(crate) async fn is_known_to(&self, db: &Db, email: &str) -> Result<bool, Error> {
        let (found,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM known_devices JOIN users ON users.id = known_devices.user_id
             WHERE known_devices.hash = $1 AND users.email = $2",
        )
        .bind(self.hash())
        .bind(email)
        .fetch_one(db.readers())
        .await?;
        Ok(found > 0)
    }

    fn random() -> Result<Self, Error> {
        Ok(Self(BASE64_URL_SAFE_NO_PAD.encode(random::<TOKEN_BYTES>()?).into()))
    }
}

impl PartialEq for DeviceToken {
    fn eq(&self, other: &Self) -> bool {
        self.hash() == other.hash()
    }
}

impl Eq for DeviceToken {}

/// Has an account know the device that holds `presented`, and gives what the device is to hold from now on. That is the
/// same where it is one of ours, so that several people on one browser are all known there; else it is new, so that
/// nobody can plant one. `seen_at` is when the account saw it last, where that was looked up: nothing is written where
/// it was a short while ago.
pub(crate) async fn remember(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    presented: Option<&DeviceToken>,
    seen_at: Option<Millis>,
    now: Millis,
) -> Result<DeviceToken, Error> {
    if let Some(token) = presented
        && (seen_at.is_some_and(|seen_at| now - seen_at < NOTED_EVERY)
            || is_seen_again(tx, user_id, token, now).await?)
    {
        return Ok(token.clone());
    }
    let token = match presented {
        Some(token) if is_ours(tx, token).await? => token.clone(),
        _ => DeviceToken::random()?,
    };
    sqlx::query("INSERT INTO known_devices (user_id, hash, last_seen_at) VALUES ($1, $2, $3)")
        .bind(user_id)
        .bind(token.hash())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "DELETE FROM known_devices WHERE user_id = $1 AND hash NOT IN
         (SELECT hash FROM known_devices WHERE user_id = $1 ORDER BY last_seen_at DESC, hash LIMIT $2)",
    )
    .bind(user_id)
    .bind(DEVICES_PER_USER)
    .execute(&mut **tx)
    .await?;
    Ok(token)
}

/// Whether the account knows the device; if so, when it was last seen is now.
async fn is_seen_again(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    token: &DeviceToken,
    now: Millis,
) -> Result<bool, Error> {
    let seen = sqlx::query("UPDATE known_devices SET last_seen_at = $3 WHERE user_id = $1 AND hash = $2")
        .bind(user_id)
        .bind(token.hash())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(seen.rows_affected() > 0)
}

/// Whether the device that holds `presented` is a stranger to an account that knows others.
pub(crate) async fn is_new(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    presented: Option<&DeviceToken>,
) -> Result<bool, Error> {
    let known: Vec<(String,)> =
        sqlx::query_as("SELECT hash FROM known_devices WHERE user_id = $1").bind(user_id).fetch_all(&mut **tx).await?;
    let presented = presented.map(DeviceToken::hash);
    Ok(!known.is_empty() && !known.iter().any(|(hash,)| Some(hash) == presented.as_ref()))
}

/// Forgets every device of an account, as is done where its password changes: somebody else may have signed in with the
/// one before.
pub(crate) async fn forget_all(tx: &mut Transaction<'static, Engine>, user_id: &UserId) -> Result<(), Error> {
    sqlx::query("DELETE FROM known_devices WHERE user_id = $1").bind(user_id).execute(&mut **tx).await?;
    Ok(())
}

async fn is_ours(tx: &mut Transaction<'static, Engine>, token: &DeviceToken) -> Result<bool, Error> {
    let (found,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM known_devices WHERE hash = $1")
        .bind(token.hash())
        .fetch_one(&mut **tx)
        .await?;
    Ok(found > 0)
}

/// Removes up to one batch of devices that were not seen for so long that their cookie is gone; gives how many.
pub(crate) async fn sweep(db: &Db, now: Millis) -> Result<u64, Error> {
    OVER.remove_batch(db, now - DEVICE_KNOWN_FOR).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_ours_is_looked_up() -> Result<(), Error> {
        let token = DeviceToken::random()?;
        assert_eq!(DeviceToken::parse(token.expose()), Some(token.clone()));
        assert_ne!(DeviceToken::random()?, token);
        for rubbish in ["", "x", "a\"b", &token.expose()[1..], &format!("{}A", token.expose())] {
            assert_eq!(DeviceToken::parse(rubbish), None, "{rubbish}");
        }
        assert!(!format!("{token:?}").contains(token.expose()));
        Ok(())
    }
}
