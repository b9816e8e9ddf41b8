//! Users: accounts, found by their e-mail address.

use crate::{
    Error,
    clock::Millis,
    db::{Db, Engine},
    email::EmailAddress,
};
use sqlx::{FromRow, Transaction};
use uuid::Uuid;

/// An account, as everything above this crate may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// A UUIDv7.
    pub id: String,
    /// In canonical form.
    pub email: String,
    /// Milliseconds, UTC.
    pub created_at: Millis,
}

/// What signing in needs to know of an account.
#[derive(FromRow)]
pub(crate) struct Credentials {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) created_at: Millis,
    pub(crate) password_hash: String,
    pub(crate) disabled_at: Option<Millis>,
}

impl From<Credentials> for User {
    fn from(row: Credentials) -> Self {
        Self { id: row.id, email: row.email, created_at: row.created_at }
    }
}

/// Makes an account; `None` where the address is taken, also by a request that came first by a moment.
pub(crate) async fn insert(
    tx: &mut Transaction<'static, Engine>,
    email: &EmailAddress,
    password_hash: &str,
    now: Millis,
) -> Result<Option<User>, Error> {
    let id = Uuid::now_v7().to_string();
    let inserted: Option<(String,)> = sqlx::query_as(
        "INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (email) DO NOTHING RETURNING id",
    )
    .bind(id)
    .bind(email.as_str())
    .bind(password_hash)
    .bind(now)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(inserted.map(|(id,)| User { id, email: email.to_string(), created_at: now }))
}

/// The account of an address.
pub(crate) async fn by_email(db: &Db, email: &EmailAddress) -> Result<Option<Credentials>, Error> {
    Ok(sqlx::query_as("SELECT id, email, created_at, password_hash, disabled_at FROM users WHERE email = $1")
        .bind(email.as_str())
        .fetch_optional(db.readers())
        .await?)
}

/// Holds an account until the transaction ends, so that of two sign-ins of one user the second sees the session of the
/// first and the limit of sessions is one. `false` where the account was disabled or deleted meanwhile.
pub(crate) async fn hold(tx: &mut Transaction<'static, Engine>, id: &str) -> Result<bool, Error> {
    let held = sqlx::query("UPDATE users SET created_at = created_at WHERE id = $1 AND disabled_at IS NULL")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(held.rows_affected() == 1)
}

/// Replaces the hash of a password by one of the same password at today's cost, unless it was changed meanwhile.
pub(crate) async fn replace_hash(
    tx: &mut Transaction<'static, Engine>,
    id: &str,
    old: &str,
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
