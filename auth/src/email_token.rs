//! The secrets of mailed links: hashed, each for one purpose, single use, and for a while.

use crate::{
    Auth, Error,
    clock::{DAY, HOUR, MINUTE, Millis},
    db::{Db, Engine},
    email::EmailAddress,
    error::LinkProblem,
    secret::random,
    sweep::Over,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use sqlx::{FromRow, Transaction};

/// How long a link that is over still says why.
const REMEMBERED: Millis = 7 * DAY;
const OVER: Over = Over { table: "email_tokens", key: "hash", when: "expires_at <= $1" };
/// Between two mails of one purpose to one account that anybody can ask for again.
const PAUSE: Millis = MINUTE;

/// What a mailed link is good for, and for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// Proves that the account's address is its owner's.
    VerifyAddress,
    /// Sets a new password.
    ResetPassword,
    /// Gives the account the address that the link was sent to.
    ConfirmAddress,
    /// Gives the account its former address back, to which the link was sent.
    UndoAddress,
}

impl LinkPurpose {
    /// How long a link works, in milliseconds.
    pub fn lifetime(self) -> Millis {
        match self {
            Self::VerifyAddress | Self::ConfirmAddress => 24 * HOUR,
            Self::ResetPassword => 10 * MINUTE,
            Self::UndoAddress => 72 * HOUR,
        }
    }

    /// Where the link leads, with the token as the parameter `token`.
    pub fn path(self) -> &'static str {
        match self {
            Self::VerifyAddress => "/verify-email",
            Self::ResetPassword => "/reset-password",
            Self::ConfirmAddress => "/confirm-email",
            Self::UndoAddress => "/undo-email",
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::VerifyAddress => "verify_address",
            Self::ResetPassword => "reset_password",
            Self::ConfirmAddress => "confirm_address",
            Self::UndoAddress => "undo_address",
        }
    }
}

/// A link that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The account that it is for.
    pub user_id: String,
    /// The address that it was sent to, in canonical form.
    pub address: String,
    /// When it was made, in milliseconds UTC.
    pub created_at: Millis,
}

#[derive(FromRow)]
struct Row {
    user_id: String,
    address: String,
    created_at: Millis,
    expires_at: Millis,
    used_at: Option<Millis>,
    voided_at: Option<Millis>,
}

impl Row {
    fn state(self, now: Millis) -> Result<Link, LinkProblem> {
        if self.used_at.is_some() {
            Err(LinkProblem::Used)
        } else if self.voided_at.is_some() {
            Err(LinkProblem::Superseded)
        } else if self.expires_at <= now {
            Err(LinkProblem::Expired)
        } else {
            Ok(Link { user_id: self.user_id, address: self.address, created_at: self.created_at })
        }
    }
}

impl Auth {
    /// What a link is good for. Looking at it uses nothing up, so that whatever scans mail burns no link.
    ///
    /// # Errors
    /// [`Error::Link`] where it does not work, or not for this purpose; [`Error::Database`].
    pub async fn look_at_link(&self, purpose: LinkPurpose, token: &str) -> Result<Link, Error> {
        let row: Option<Row> =
            sqlx::query_as(SELECT).bind(hash(token)).bind(purpose.as_str()).fetch_optional(self.0.db.readers()).await?;
        state(row, self.0.clock.now())
    }
}

const SELECT: &str = "SELECT user_id, address, created_at, expires_at, used_at, voided_at FROM email_tokens
     WHERE hash = $1 AND purpose = $2";

fn state(row: Option<Row>, now: Millis) -> Result<Link, Error> {
    row.ok_or(LinkProblem::Unknown).and_then(|row| row.state(now)).map_err(Error::Link)
}

pub(crate) fn hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// Makes a token for a link to `address`. The account's earlier ones of the same purpose are void from now on, but for
/// undo links: each of those is its former owner's, and a thief who changes the address twice must not void the first.
pub(crate) async fn issue(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    user_id: &str,
    address: &str,
    now: Millis,
) -> Result<SecretString, Error> {
    if purpose != LinkPurpose::UndoAddress {
        void(tx, purpose, user_id, now).await?;
    }
    let token = SecretString::from(BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?));
    sqlx::query(
        "INSERT INTO email_tokens (hash, user_id, purpose, address, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(hash(token.expose_secret()))
    .bind(user_id)
    .bind(purpose.as_str())
    .bind(address)
    .bind(now)
    .bind(now + purpose.lifetime())
    .execute(&mut **tx)
    .await?;
    Ok(token)
}

/// Uses a token up. Exactly one of any number that race for it gets the link.
///
/// # Errors
/// [`Error::Link`] where it does not work, [`Error::Database`].
pub(crate) async fn consume(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    token: &str,
    now: Millis,
) -> Result<Link, Error> {
    let used = sqlx::query(
        "UPDATE email_tokens SET used_at = $3
         WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3",
    )
    .bind(hash(token))
    .bind(purpose.as_str())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    let row: Option<Row> =
        sqlx::query_as(SELECT).bind(hash(token)).bind(purpose.as_str()).fetch_optional(&mut **tx).await?;
    match row {
        Some(row) if used.rows_affected() == 1 => {
            Ok(Link { user_id: row.user_id, address: row.address, created_at: row.created_at })
        }
        row => state(row, now),
    }
}

/// Voids the outstanding tokens of one purpose.
pub(crate) async fn void(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    user_id: &str,
    now: Millis,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE email_tokens SET voided_at = $3
         WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL",
    )
    .bind(user_id)
    .bind(purpose.as_str())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Voids every outstanding token of an account but its undo links, which are of whoever had the account before.
pub(crate) async fn void_all_but_undo(
    tx: &mut Transaction<'static, Engine>,
    user_id: &str,
    now: Millis,
) -> Result<(), Error> {
    void_all(tx, user_id, Millis::MAX, now).await
}

/// Voids every outstanding token of an account but the undo links that were made before `since`: whoever undoes a
/// change undoes what came after it, and nothing that was there before.
pub(crate) async fn void_all(
    tx: &mut Transaction<'static, Engine>,
    user_id: &str,
    since: Millis,
    now: Millis,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE email_tokens SET voided_at = $4
         WHERE user_id = $1 AND NOT (purpose = $2 AND created_at < $3) AND used_at IS NULL AND voided_at IS NULL",
    )
    .bind(user_id)
    .bind(LinkPurpose::UndoAddress.as_str())
    .bind(since)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether the account was sent a link of this purpose within the last minute that still works. Then another would
/// only fill a mailbox, and void the one that is on its way.
pub(crate) async fn is_on_its_way(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    user_id: &str,
    now: Millis,
) -> Result<bool, Error> {
    let (young,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM email_tokens
         WHERE user_id = $1 AND purpose = $2 AND created_at > $3 AND used_at IS NULL AND voided_at IS NULL",
    )
    .bind(user_id)
    .bind(purpose.as_str())
    .bind(now - PAUSE)
    .fetch_one(&mut **tx)
    .await?;
    Ok(young > 0)
}

/// The account beside `user_id` that an address belongs to: because it has it, or because it may take it back. Else
/// whoever took over an account could move it to another address and give the old one to a new account, so that there
/// was nothing left to go back to.
pub(crate) async fn holder_beside(
    tx: &mut Transaction<'static, Engine>,
    user_id: &str,
    address: &EmailAddress,
    now: Millis,
) -> Result<Option<String>, Error> {
    let holder: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM users WHERE email = $1 AND id <> $2
         UNION SELECT user_id FROM email_tokens
               WHERE address = $1 AND user_id <> $2 AND purpose = $3
                 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $4
         LIMIT 1",
    )
    .bind(address.as_str())
    .bind(user_id)
    .bind(LinkPurpose::UndoAddress.as_str())
    .bind(now)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(holder.map(|(id,)| id))
}

/// Removes up to one batch of tokens that expired a week before `now`; gives how many.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn sweep(db: &Db, now: Millis) -> Result<u64, Error> {
    OVER.remove_batch(db, now - REMEMBERED).await
}
