//! The secrets of mailed links: hashed, each for one purpose, single use, and for a while.

use crate::{
    accounts::email::EmailAddress,
    clock::{DAY, MINUTE, Millis},
    error::{Error, LinkProblem},
    ids::UserId,
    storage::{
        db::{Db, Engine},
        sweep::Over,
    },
    tokens::mailed_token,
};
pub(crate) use contract::LinkPurpose;
use contract::Words;
use secrecy::SecretString;
use sqlx::{Executor, FromRow, Transaction};
use std::marker::PhantomData;

/// The age at which a mail that cannot be sent is given up.
pub(crate) const GIVEN_UP_AFTER: Millis = DAY;
/// How long a link that is over still says why.
const REMEMBERED: Millis = 7 * DAY;
const OVER: Over = Over { table: "email_tokens", key: "hash", when: "expires_at <= $1" };
/// Between two mails of one purpose to one account that anybody can ask for again.
const PAUSE: Millis = MINUTE;

/// Returns how long a link works whose mail was not accepted yet, in milliseconds: at least as long as the mail is tried.
/// No link works longer, however late its mail is accepted.
pub(crate) fn lifetime_unsent(purpose: LinkPurpose) -> Millis {
    let lifetime = purpose.lifetime();
    if lifetime > GIVEN_UP_AFTER { lifetime } else { GIVEN_UP_AFTER + lifetime }
}

/// A link that works, for a page that says what it is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenLink {
    /// The account that it is for.
    pub user_id: UserId,
    /// The address that it was sent to, in canonical form.
    pub address: String,
    /// When it was made, in milliseconds UTC.
    pub created_at: Millis,
}

/// A link that works, of the purpose `P`. [`crate::Auth::redeem`] uses it up.
pub(crate) struct Link<P> {
    pub(crate) seen: SeenLink,
    /// The hash of its token.
    pub(crate) hash: String,
    pub(crate) purpose: PhantomData<P>,
}

/// The purpose of a link as a type, so that a link of one purpose cannot be redeemed for another.
pub(crate) trait Purpose {
    const PURPOSE: LinkPurpose;
    /// Whether the link works only while the account has the address that the link was sent to.
    const IS_TO_CURRENT_ADDRESS: bool;
}

macro_rules! purposes {
    ($($(#[$about:meta])* $name:ident($purpose:ident, $is_to_current_address:literal);)*) => {
        $($(#[$about])*
        pub(crate) struct $name;

        impl Purpose for $name {
            const PURPOSE: LinkPurpose = LinkPurpose::$purpose;
            const IS_TO_CURRENT_ADDRESS: bool = $is_to_current_address;
        })*
    };
}

purposes! {
    /// Sets a new password in place of a forgotten one.
    Reset(ResetPassword, true);
    /// Sets the first password of an invited account.
    Invitation(AcceptInvitation, true);
    /// Verifies the address of an account.
    Verification(VerifyAddress, true);
    /// Confirms a new address.
    AddressChange(ConfirmAddress, false);
    /// Gives an account its former address back.
    Undo(UndoAddress, false);
}

#[derive(FromRow)]
pub(crate) struct Row {
    pub(crate) user_id: UserId,
    address: String,
    created_at: Millis,
    expires_at: Millis,
    used_at: Option<Millis>,
    voided_at: Option<Millis>,
}

impl Row {
    /// Why the link does not work at `now`; `None` where it does.
    pub(crate) fn problem(&self, now: Millis) -> Option<LinkProblem> {
        if self.used_at.is_some() {
            Some(LinkProblem::Used)
        } else if self.voided_at.is_some() {
            Some(LinkProblem::Superseded)
        } else if self.expires_at <= now {
            Some(LinkProblem::Expired)
        } else {
            None
        }
    }

    pub(crate) fn seen(self) -> SeenLink {
        SeenLink { user_id: self.user_id, address: self.address, created_at: self.created_at }
    }
}

/// Loads the link of one purpose whose token has this hash, whether it works or not.
pub(crate) async fn load(
    executor: impl Executor<'_, Database = Engine>,
    purpose: LinkPurpose,
    hash: &str,
) -> Result<Option<Row>, Error> {
    Ok(sqlx::query_as(
        "SELECT user_id, address, created_at, expires_at, used_at, voided_at FROM email_tokens
         WHERE hash = $1 AND purpose = $2",
    )
    .bind(hash)
    .bind(purpose.as_str())
    .fetch_optional(executor)
    .await?)
}

/// Marks a link as used; returns whether it worked until now.
pub(crate) async fn use_up(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    hash: &str,
    now: Millis,
) -> Result<bool, Error> {
    let used = sqlx::query(
        "UPDATE email_tokens SET used_at = $3
         WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3",
    )
    .bind(hash)
    .bind(purpose.as_str())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Makes a token for a link to `address`. The account's earlier ones of the same purpose are void from now on, but for
/// undo links: each of those is its former owner's, and a thief who changes the address twice must not void the first.
pub(crate) async fn issue(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    user_id: &UserId,
    address: &str,
    now: Millis,
) -> Result<SecretString, Error> {
    if purpose != LinkPurpose::UndoAddress {
        void(tx, purpose, user_id, now).await?;
    }
    let token = mailed_token::random_token()?;
    sqlx::query(
        "INSERT INTO email_tokens (hash, user_id, purpose, address, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(mailed_token::hash(&token))
    .bind(user_id)
    .bind(purpose.as_str())
    .bind(address)
    .bind(now)
    .bind(now + lifetime_unsent(purpose))
    .execute(&mut **tx)
    .await?;
    Ok(token)
}

/// Starts the lifetime of the link whose token has this hash: its mail was accepted at `now`.
pub(crate) async fn start(tx: &mut Transaction<'static, Engine>, hash: &str, now: Millis) -> Result<(), Error> {
    let link: Option<(String, Millis)> =
        sqlx::query_as("SELECT purpose, created_at FROM email_tokens WHERE hash = $1 AND sent_at IS NULL")
            .bind(hash)
            .fetch_optional(&mut **tx)
            .await?;
    let Some((purpose, created_at)) = link else { return Ok(()) };
    let Some(purpose) = LinkPurpose::named(&purpose) else { return Ok(()) };
    sqlx::query("UPDATE email_tokens SET sent_at = $2, expires_at = $3 WHERE hash = $1 AND sent_at IS NULL")
        .bind(hash)
        .bind(now)
        .bind(now.min(created_at + GIVEN_UP_AFTER) + purpose.lifetime())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Voids the outstanding tokens of one purpose; returns whether one of them still worked.
pub(crate) async fn void(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    user_id: &UserId,
    now: Millis,
) -> Result<bool, Error> {
    let worked = is_outstanding(tx, purpose, user_id, now).await?;
    sqlx::query(
        "UPDATE email_tokens SET voided_at = $3
         WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL",
    )
    .bind(user_id)
    .bind(purpose.as_str())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(worked)
}

/// Whether the account was sent, or is to be sent, a link of this purpose that works at `now`.
pub(crate) async fn is_outstanding(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    user_id: &UserId,
    now: Millis,
) -> Result<bool, Error> {
    let (works,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM email_tokens
         WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3",
    )
    .bind(user_id)
    .bind(purpose.as_str())
    .bind(now)
    .fetch_one(&mut **tx)
    .await?;
    Ok(works > 0)
}

/// Voids every outstanding token of an account but its undo links, which belong to the former owner.
pub(crate) async fn void_all_but_undo(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    now: Millis,
) -> Result<(), Error> {
    void_all(tx, user_id, Millis::MAX, now).await
}

/// Voids every outstanding token of an account but the undo links that were made before `since`: whoever undoes a
/// change undoes what came after it, and nothing that was there before.
pub(crate) async fn void_all(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
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

/// Whether a link of this purpose that still works was made for the account, or mailed to it, within the last minute.
/// Then another would only fill a mailbox, and void the one that is on its way. Of a link that confirms a new address
/// only the first counts: a taken address is never mailed one, and the answer must not tell it from a free one.
pub(crate) async fn is_on_its_way(
    tx: &mut Transaction<'static, Engine>,
    purpose: LinkPurpose,
    user_id: &UserId,
    now: Millis,
) -> Result<bool, Error> {
    let (young,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM email_tokens
         WHERE user_id = $1 AND purpose = $2 AND (created_at > $3 OR (sent_at > $3 AND purpose <> $4))
           AND used_at IS NULL AND voided_at IS NULL",
    )
    .bind(user_id)
    .bind(purpose.as_str())
    .bind(now - PAUSE)
    .bind(LinkPurpose::ConfirmAddress.as_str())
    .fetch_one(&mut **tx)
    .await?;
    Ok(young > 0)
}

/// The account beside `user_id` that an address belongs to: because it has it, or because it may take it back. Else
/// whoever took over an account could move it to another address and give the old one to a new account, so that there
/// was nothing left to go back to.
pub(crate) async fn holder_beside(
    tx: &mut Transaction<'static, Engine>,
    user_id: Option<&UserId>,
    address: &EmailAddress,
    now: Millis,
) -> Result<Option<UserId>, Error> {
    let holder: Option<(UserId,)> = sqlx::query_as(
        "SELECT id FROM users WHERE email = $1 AND id <> $2
         UNION SELECT user_id FROM email_tokens
               WHERE address = $1 AND user_id <> $2 AND purpose = $3
                 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $4
         LIMIT 1",
    )
    .bind(address.as_str())
    .bind(user_id.map_or("", UserId::as_str))
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
