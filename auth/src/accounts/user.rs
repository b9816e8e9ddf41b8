//! Users: accounts, found by their e-mail address.

use crate::{
    accounts::email::EmailAddress,
    clients::known_device::{self, DeviceToken},
    clock::{DAY, Millis},
    error::Error,
    ids::UserId,
    storage::db::{Db, Engine},
};
use sqlx::{FromRow, Transaction};
use uuid::Uuid;

/// An account, as everything above this crate may see it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct User {
    /// A UUIDv7.
    pub id: UserId,
    /// In canonical form.
    pub email: String,
    /// What the person wants to be called; `None` where they did not say.
    pub display_name: Option<String>,
    /// When they proved that the address is theirs, in milliseconds UTC.
    pub verified_at: Option<Millis>,
    /// Milliseconds, UTC.
    pub created_at: Millis,
}

/// What signing in needs to know of an account.
#[derive(Clone, FromRow)]
pub(crate) struct Credentials {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) display_name: Option<String>,
    pub(crate) verified_at: Option<Millis>,
    pub(crate) created_at: Millis,
    /// `None` while the owner has chosen no password. Then no password is right.
    pub(crate) password_hash: Option<String>,
    pub(crate) password_version: i64,
    pub(crate) disabled_at: Option<Millis>,
}

#[derive(FromRow)]
struct OnDevice {
    #[sqlx(flatten)]
    credentials: Credentials,
    seen_at: Option<Millis>,
}

impl From<Credentials> for User {
    fn from(row: Credentials) -> Self {
        Self {
            id: row.id,
            email: row.email,
            display_name: row.display_name,
            verified_at: row.verified_at,
            created_at: row.created_at,
        }
    }
}

/// Makes an account; `None` where the address is taken, also by a request that came first by a moment.
pub(crate) async fn insert(
    tx: &mut Transaction<'static, Engine>,
    email: &EmailAddress,
    password_hash: Option<&str>,
    now: Millis,
) -> Result<Option<User>, Error> {
    let id = UserId::from(Uuid::now_v7());
    let inserted: Option<(UserId,)> = sqlx::query_as(
        "INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (email) DO NOTHING RETURNING id",
    )
    .bind(id)
    .bind(email.as_str())
    .bind(password_hash)
    .bind(now)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(inserted.map(|(id,)| User {
        id,
        email: email.to_string(),
        display_name: None,
        verified_at: None,
        created_at: now,
    }))
}

/// The account of an address, and when it last saw the device that holds `token`, where it knows that.
pub(crate) async fn by_email_on(
    db: &Db,
    email: &EmailAddress,
    token: Option<&DeviceToken>,
) -> Result<Option<(Credentials, Option<Millis>)>, Error> {
    let found: Option<OnDevice> = sqlx::query_as(
        "SELECT id, email, display_name, verified_at, created_at, password_hash, password_version, disabled_at,
                (SELECT last_seen_at FROM known_devices WHERE user_id = users.id AND hash = $2) AS seen_at
         FROM users WHERE email = $1",
    )
    .bind(email.as_str())
    .bind(token.map(DeviceToken::hash))
    .fetch_optional(db.readers())
    .await?;
    Ok(found.map(|found| (found.credentials, found.seen_at)))
}

/// The account of an address.
pub(crate) async fn by_email(db: &Db, email: &EmailAddress) -> Result<Option<Credentials>, Error> {
    Ok(sqlx::query_as(
        "SELECT id, email, display_name, verified_at, created_at, password_hash, password_version, disabled_at
         FROM users WHERE email = $1",
    )
    .bind(email.as_str())
    .fetch_optional(db.readers())
    .await?)
}

/// The account with an id.
pub(crate) async fn by_id(db: &Db, id: &UserId) -> Result<Option<Credentials>, Error> {
    Ok(sqlx::query_as(
        "SELECT id, email, display_name, verified_at, created_at, password_hash, password_version, disabled_at
         FROM users WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.readers())
    .await?)
}

/// Holds an account until the transaction ends, so that of two sign-ins of one user the second sees the session of the
/// first and the limit of sessions is one. `false` where the account was meanwhile disabled, deleted, or given another
/// password than the one of `password_version`: a proof of the one before came too late.
pub(crate) async fn hold(
    tx: &mut Transaction<'static, Engine>,
    id: &UserId,
    password_version: i64,
) -> Result<bool, Error> {
    let held = sqlx::query(
        "UPDATE users SET created_at = created_at WHERE id = $1 AND password_version = $2 AND disabled_at IS NULL",
    )
    .bind(id)
    .bind(password_version)
    .execute(&mut **tx)
    .await?;
    Ok(held.rows_affected() == 1)
}

/// Holds an account, whatever its state; `false` where there is none.
pub(crate) async fn hold_any(tx: &mut Transaction<'static, Engine>, id: &UserId) -> Result<bool, Error> {
    let held =
        sqlx::query("UPDATE users SET created_at = created_at WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(held.rows_affected() == 1)
}

/// Holds an account until the transaction ends, and gives it as it stands by then; `None` where it is disabled or gone.
pub(crate) async fn hold_enabled(tx: &mut Transaction<'static, Engine>, id: &UserId) -> Result<Option<User>, Error> {
    Ok(sqlx::query_as(
        "UPDATE users SET created_at = created_at WHERE id = $1 AND disabled_at IS NULL
         RETURNING id, email, display_name, verified_at, created_at",
    )
    .bind(id)
    .fetch_optional(&mut **tx)
    .await?)
}

/// Replaces the hash of a password by one of the same password at today's cost, unless it was changed meanwhile.
pub(crate) async fn replace_hash(
    tx: &mut Transaction<'static, Engine>,
    id: &UserId,
    old: Option<&str>,
    new: &str,
) -> Result<(), Error> {
    sqlx::query("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
        .bind(id)
        .bind(old)
        .bind(new)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Gives an account another password, by which it forgets every device and waits for no invited owner any more. Sessions
/// and mailed links are the caller's to end.
pub(crate) async fn set_password(tx: &mut Transaction<'static, Engine>, id: &UserId, hash: &str) -> Result<(), Error> {
    sqlx::query(
        "UPDATE users SET password_hash = $2, password_version = password_version + 1, invited_at = NULL WHERE id = $1",
    )
    .bind(id)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    known_device::forget_all(tx, id).await
}

/// Claims the one mail of a day that tells an account's owner of a client without a cookie; `false` where it was sent.
/// Where that was after `now`, the clock was set back since.
pub(crate) async fn claim_cookieless_notice(
    tx: &mut Transaction<'static, Engine>,
    id: &UserId,
    now: Millis,
) -> Result<bool, Error> {
    let claimed = sqlx::query(
        "UPDATE users SET cookieless_notified_at = $2 WHERE id = $1
         AND (cookieless_notified_at IS NULL OR cookieless_notified_at <= $3 OR cookieless_notified_at > $2)",
    )
    .bind(id)
    .bind(now)
    .bind(now - DAY)
    .execute(&mut **tx)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Gives an account another display name, or none.
pub(crate) async fn set_display_name(
    tx: &mut Transaction<'static, Engine>,
    id: &UserId,
    name: Option<&str>,
) -> Result<bool, Error> {
    let changed =
        sqlx::query("UPDATE users SET display_name = $2 WHERE id = $1").bind(id).bind(name).execute(&mut **tx).await?;
    Ok(changed.rows_affected() == 1)
}

/// Disables an account; `false` where it is disabled already, or there is none. Its sessions are the caller's to end.
pub(crate) async fn disable(tx: &mut Transaction<'static, Engine>, id: &UserId, now: Millis) -> Result<bool, Error> {
    let disabled = sqlx::query("UPDATE users SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(disabled.rows_affected() == 1)
}

/// Enables a disabled account; `false` where it is enabled already, or there is none.
pub(crate) async fn enable(tx: &mut Transaction<'static, Engine>, id: &UserId) -> Result<bool, Error> {
    let enabled = sqlx::query("UPDATE users SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(enabled.rows_affected() == 1)
}

/// Deletes an account and everything that refers to it; `false` where there was none.
pub(crate) async fn delete(tx: &mut Transaction<'static, Engine>, id: &UserId) -> Result<bool, Error> {
    let deleted = sqlx::query("DELETE FROM users WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(deleted.rows_affected() == 1)
}

/// Notes that the address was proven to be the owner's, if it was not before.
pub(crate) async fn verify(tx: &mut Transaction<'static, Engine>, id: &UserId, now: Millis) -> Result<(), Error> {
    sqlx::query("UPDATE users SET verified_at = $2 WHERE id = $1 AND verified_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Gives an account another address, proven to be the owner's; `false` where it is taken, after which the transaction
/// is good for nothing any more.
pub(crate) async fn set_email(
    tx: &mut Transaction<'static, Engine>,
    id: &UserId,
    address: &EmailAddress,
    now: Millis,
) -> Result<bool, Error> {
    let changed = sqlx::query("UPDATE users SET email = $2, verified_at = $3 WHERE id = $1")
        .bind(id)
        .bind(address.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await;
    match changed {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADA, PASSWORD};
    use crate::{sessions::new_session::NewSession, testing};

    #[tokio::test]
    async fn who_proved_the_password_before_came_too_late() -> Result<(), Error> {
        let (auth, _, db) = testing::auth().await?;
        let new = NewSession::default();
        let id = auth.sign_up(ADA, PASSWORD.into(), new).await?.expect_grant().session.user.id;
        let before = by_id(&db, &id).await?.expect("it is there");
        let mut change = auth.change(auth.0.clock.now()).await?;
        replace_hash(&mut change, &id, before.password_hash.as_deref(), "the same at another cost").await?;
        assert!(hold(&mut change, &id, before.password_version).await?, "which is no other password");
        set_password(&mut change, &id, "another").await?;
        assert!(!hold(&mut change, &id, before.password_version).await?);
        change.commit().await?;
        let after = by_id(&db, &id).await?.expect("it is there");
        let mut change = auth.change(auth.0.clock.now()).await?;
        assert!(hold(&mut change, &id, after.password_version).await?);
        assert!(!hold_any(&mut change, &UserId::from("nobody")).await?);
        Ok(())
    }
}
