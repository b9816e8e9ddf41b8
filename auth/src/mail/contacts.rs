//! What an export of an account says of addresses that wait to be confirmed, known devices, mailed links and mail.
//!
//! No token, no hash and no text of a mail is among it. Nor is anything that depends on whether somebody else has an
//! address that the person asked for: a taken one gets a link that is never mailed (`recovery/address_change.rs`), so neither
//! that mail nor the times at which a link was sent and ends are told.

use crate::{
    clock::Millis,
    error::Error,
    ids::UserId,
    storage::db::Db,
    tokens::mailed_link::{self, LinkPurpose},
};
use serde::Serialize;
use sqlx::FromRow;

/// The parts of the export.
#[derive(Debug)]
pub(crate) struct Contacts {
    pub(crate) pending_addresses: Vec<PendingAddress>,
    pub(crate) known_devices: Vec<KnownDevice>,
    pub(crate) mailed_links: Vec<MailedLink>,
    pub(crate) mails: Vec<Mail>,
}

/// An address that is the account's once its link is used.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct PendingAddress {
    address: String,
    asked_at: Millis,
}

/// A browser from which the account was signed in to.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct KnownDevice {
    last_seen_at: Millis,
}

/// A link that was made.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct MailedLink {
    purpose: String,
    address: String,
    /// The page that its use leads on to, where the request named one.
    destination: Option<String>,
    created_at: Millis,
    used_at: Option<Millis>,
    voided_at: Option<Millis>,
}

/// A mail that waits, or was sent or given up a short while ago.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct Mail {
    about: String,
    to: String,
    created_at: Millis,
    attempts: i64,
    sent_at: Option<Millis>,
    given_up_at: Option<Millis>,
}

impl Contacts {
    /// Loads what is kept of the account `user_id`, oldest first.
    pub(crate) async fn load(db: &Db, user_id: &UserId, now: Millis) -> Result<Self, Error> {
        let pending_addresses = sqlx::query_as(
            "SELECT address, created_at AS asked_at FROM email_tokens
             WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND created_at > $3
             ORDER BY created_at, hash",
        )
        .bind(user_id)
        .bind(LinkPurpose::ConfirmAddress.as_str())
        .bind(now - mailed_link::lifetime_unsent(LinkPurpose::ConfirmAddress))
        .fetch_all(db.readers())
        .await?;
        let known_devices =
            sqlx::query_as("SELECT last_seen_at FROM known_devices WHERE user_id = $1 ORDER BY last_seen_at, hash")
                .bind(user_id)
                .fetch_all(db.readers())
                .await?;
        let mailed_links = sqlx::query_as(
            "SELECT purpose, address, destination, created_at, used_at, voided_at FROM email_tokens
             WHERE user_id = $1 ORDER BY created_at, hash",
        )
        .bind(user_id)
        .fetch_all(db.readers())
        .await?;
        let mails = sqlx::query_as(
            "SELECT template AS about, to_address AS \"to\", created_at, attempts, sent_at, given_up_at FROM outbox
             WHERE user_id = $1 AND template <> 'confirm_address' ORDER BY created_at, id",
        )
        .bind(user_id)
        .fetch_all(db.readers())
        .await?;
        Ok(Self { pending_addresses, known_devices, mailed_links, mails })
    }
}
