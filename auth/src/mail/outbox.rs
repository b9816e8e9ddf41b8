//! The outbox: a mail is stored in the transaction of the change that it reports, and sent afterwards (`delivery/`).
//!
//! So no mail is lost, and no mail reports a change that was rolled back.

use crate::{
    clock::{DAY, Millis},
    error::Error,
    ids::UserId,
    keys::seal::Sealer,
    mail::{Mail, catalogue::Formatted},
    storage::{
        db::{Db, Engine},
        sweep::Over,
    },
    tokens::mailed_token,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{FromRow, Transaction};
use std::fmt;
use uuid::Uuid;

/// Retention of a row whose mail was sent or given up.
const KEPT: Millis = 7 * DAY;
const OVER: Over = Over { table: "outbox", key: "id", when: "sent_at <= $1 OR given_up_at <= $1" };

/// A mail to send.
#[derive(Clone)]
pub struct OutgoingMail {
    /// UUIDv7, for [`Outbox::sent`] and [`Outbox::failed`].
    pub id: String,
    /// The only recipient.
    pub to: String,
    /// Subject, on one line.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
    /// Number of the attempt, from 1.
    pub attempt: u32,
}

impl OutgoingMail {
    pub(crate) fn new(id: String, to: String, formatted: Formatted, attempt: u32) -> Self {
        let Formatted { subject, text, html } = formatted;
        Self { id, to, subject, text, html, attempt }
    }
}

impl fmt::Debug for OutgoingMail {
    /// Omits the bodies, which hold links.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingMail").field("id", &self.id).field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

/// A [`Mail`] as it is stored, without its secret.
#[derive(Serialize, Deserialize)]
struct Written {
    template: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    params: Value,
}

/// A stored mail.
#[derive(FromRow)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) user_id: Option<UserId>,
    to_address: String,
    template: String,
    params: String,
    sealed: Option<String>,
    pub(crate) created_at: Millis,
    attempts: i64,
}

/// Stores a mail. Operations call [`crate::change::Change::mail`], which also wakes the mailer after the commit. A mail
/// about `user_id` is deleted with that account.
pub(crate) async fn put(
    tx: &mut Transaction<'static, Engine>,
    to: &str,
    user_id: Option<&UserId>,
    mail: &Mail,
    sealer: &Sealer,
    now: Millis,
) -> Result<(), Error> {
    let id = Uuid::now_v7().to_string();
    let unwritable = |_| Error::Crypto("a mail cannot be written down");
    let written: Written = serde_json::to_value(mail).and_then(serde_json::from_value).map_err(unwritable)?;
    let secret = mail.token().map(|token| sealer.seal(token, &bound_to(&id, to))).transpose()?;
    sqlx::query(
        "INSERT INTO outbox (id, user_id, to_address, template, params, sealed, link, created_at, next_try_at, attempts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 0)",
    )
    .bind(&id)
    .bind(user_id)
    .bind(to)
    .bind(&written.template)
    .bind(written.params.to_string())
    .bind(secret)
    .bind(mail.token().map(mailed_token::hash))
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Binds a secret to its row and recipient, so that it cannot be opened elsewhere.
fn bound_to(id: &str, to: &str) -> String {
    format!("{id} {to}")
}

impl Row {
    /// Returns the mail with its secret opened.
    pub(crate) fn mail(&self, sealer: &Sealer) -> Result<Mail, Error> {
        let unreadable = |_| Error::Corrupt("the parameters of a stored mail");
        let params = serde_json::from_str(&self.params).map_err(unreadable)?;
        let written = serde_json::to_value(Written { template: self.template.clone(), params });
        let mut mail: Mail = written.and_then(serde_json::from_value).map_err(unreadable)?;
        if let Some(token) = mail.token_mut() {
            let secret = self.sealed.as_deref().ok_or(Error::Corrupt("the secret of a stored mail is missing"))?;
            *token = sealer.open(secret, &bound_to(&self.id, &self.to_address))?;
        }
        Ok(mail)
    }

    /// Returns the mail to send.
    pub(crate) fn outgoing(self, formatted: Formatted) -> OutgoingMail {
        OutgoingMail::new(self.id, self.to_address, formatted, u32::try_from(self.attempts).unwrap_or(u32::MAX))
    }

    /// Returns the recipient's address.
    pub(crate) fn to(&self) -> &str {
        &self.to_address
    }
}

/// How many mails are neither sent nor given up.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn waiting(db: &Db) -> Result<u32, Error> {
    let (waiting,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL")
            .fetch_one(db.readers())
            .await?;
    Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
}

/// Removes up to one batch of mails that were sent or given up a week before `now`; gives how many.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn sweep(db: &Db, now: Millis) -> Result<u64, Error> {
    OVER.remove_batch(db, now - KEPT).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use crate::testing::ADA;

    #[tokio::test]
    async fn every_mail_comes_out_as_it_was_put() -> Result<(), Error> {
        let (auth, clock, _db) = testing::auth().await?;
        let mails = testing::mails();
        let mut change = auth.change(clock.now()).await?;
        for mail in &mails {
            put(&mut change, ADA, None, mail, &auth.0.effects.sealer, clock.now()).await?;
        }
        // These tokens are of no links.
        sqlx::query("UPDATE outbox SET link = NULL").execute(&mut **change).await?;
        change.commit().await?;
        let claimed = auth.outbox().claim(100).await?;
        assert_eq!(claimed.len(), mails.len());
        for (mail, claimed) in mails.iter().zip(claimed) {
            let formatted = auth.formatted(mail, ADA);
            assert_eq!((claimed.subject, claimed.text), (formatted.subject, formatted.text));
            assert_eq!(claimed.html, formatted.html);
        }
        Ok(())
    }

    #[test]
    fn a_stored_mail_holds_no_secret() {
        for mail in testing::mails() {
            let written = serde_json::to_string(&mail).unwrap_or_default();
            assert!(!written.is_empty() && !written.contains("t0ken"), "{written}");
            assert!(!format!("{mail:?}").contains("t0ken"));
        }
    }
}
