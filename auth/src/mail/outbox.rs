//! The outbox: a mail is stored in the transaction of the change that it reports, and sent afterwards (`delivery.rs`).
//!
//! So no mail is lost, and no mail reports a change that was rolled back.

use crate::{
    clock::{DAY, Millis},
    error::Error,
    keys::seal::Sealer,
    mail::{Mail, template::Template},
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
    /// UUIDv7, for [`Auth::mail_sent`] and [`Auth::mail_failed`].
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
    pub(crate) user_id: Option<String>,
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
    user_id: Option<&str>,
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

    /// Formats the mail for sending.
    pub(crate) fn outgoing(self, mail: &Mail, template: Template<'_>) -> OutgoingMail {
        let letter = template.letter(mail, &self.to_address);
        OutgoingMail {
            subject: letter.subject().to_owned(),
            text: letter.to_text(),
            html: letter.to_html(),
            id: self.id,
            to: self.to_address,
            attempt: u32::try_from(self.attempts).unwrap_or(u32::MAX),
        }
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
    use secrecy::SecretString;

    #[tokio::test]
    async fn every_mail_comes_out_as_it_was_put() -> Result<(), Error> {
        let (auth, clock, _db) = testing::auth().await?;
        let notice = super::super::Notice::new(&crate::Client::default(), clock.now());
        let token = SecretString::from("t0ken");
        let mails = [
            Mail::VerifyAddress { token: token.clone() },
            Mail::AddressTaken,
            Mail::ResetPassword { token: token.clone() },
            Mail::Invitation { token: token.clone() },
            Mail::PasswordChanged(notice.clone()),
            Mail::PasswordReset(notice.clone()),
            Mail::ConfirmAddress { token: token.clone() },
            Mail::AddressChanged { new_address: "new@example.com".into(), token, notice: notice.clone() },
            Mail::AddressDropped,
            Mail::AddressChangeUndone { at: clock.now() },
            Mail::FormerPasswordChanged(notice.clone()),
            Mail::DeletionRefused(notice.clone()),
            Mail::NewDevice(notice.clone()),
            Mail::TokenTheft(notice.clone()),
            Mail::ManyFailures(notice.clone(), 7),
            Mail::AccountDeleted(notice),
            Mail::Test,
        ];
        let mut tx = auth.db().write().await?;
        for mail in &mails {
            put(&mut tx, "ada@example.com", None, mail, &auth.0.effects.sealer, clock.now()).await?;
        }
        // These tokens are of no links.
        sqlx::query("UPDATE outbox SET link = NULL").execute(&mut *tx).await?;
        tx.commit().await?;
        let template = Template { product: "Latchkey", public_url: "https://latchkey.example" };
        let claimed = auth.claim_mails(100).await?;
        assert_eq!(claimed.len(), mails.len());
        for (mail, claimed) in mails.iter().zip(claimed) {
            let letter = template.letter(mail, "ada@example.com");
            assert_eq!((claimed.subject.as_str(), claimed.text), (letter.subject(), letter.to_text()));
            assert_eq!(claimed.html, letter.to_html());
        }
        Ok(())
    }
}
