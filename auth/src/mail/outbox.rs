//! The outbox: a mail is written down in the transaction of what it tells about, and sent afterwards by whoever claims
//! it. So none is lost, and none tells of what did not happen.

use super::{Mail, Sealer, template::Template};
use crate::{
    Auth, EmailAddress, Error,
    clock::{DAY, HOUR, MINUTE, Millis, SECOND},
    db::{Db, Engine},
    event::{Event, EventKind},
    metrics::MailOutcome,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{FromRow, Transaction};
use std::fmt;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// How long a claim holds. Sending takes less, or the one who claimed has died.
const LEASE: Millis = 2 * MINUTE;
/// The pause after the first failure; each further one is twice as long.
const FIRST_PAUSE: Millis = 10 * SECOND;
const LONGEST_PAUSE: Millis = HOUR;
/// The age at which a mail that fails is given up.
const GIVEN_UP_AFTER: Millis = DAY;
/// How long a row is kept once its mail was sent or given up.
const KEPT: Millis = 7 * DAY;
/// Rows removed in one transaction.
const BATCH: i64 = 200;
/// The longest problem that is kept, in characters.
const PROBLEM_MAX: usize = 200;

/// A mail to send now.
#[derive(Clone)]
pub struct OutgoingMail {
    /// A UUIDv7, for [`Auth::mail_sent`] and [`Auth::mail_failed`].
    pub id: String,
    /// The one recipient.
    pub to: String,
    /// In one line.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Which attempt this is; the first is 1.
    pub attempt: u32,
}

impl fmt::Debug for OutgoingMail {
    /// Without the bodies: they hold links.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingMail").field("id", &self.id).field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

/// A [`Mail`] as it is written down, without its secret.
#[derive(Serialize, Deserialize)]
struct Written {
    template: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    params: Value,
}

#[derive(FromRow)]
struct Row {
    id: String,
    user_id: Option<String>,
    to_address: String,
    template: String,
    params: String,
    sealed: Option<String>,
    created_at: Millis,
    attempts: i64,
}

/// Writes a mail down, to be sent once `tx` is committed; call [`Auth::wake_mailer`] then. A mail about the account
/// `user_id` goes with it when it is deleted.
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
        "INSERT INTO outbox (id, user_id, to_address, template, params, sealed, created_at, next_try_at, attempts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0)",
    )
    .bind(&id)
    .bind(user_id)
    .bind(to)
    .bind(&written.template)
    .bind(written.params.to_string())
    .bind(secret)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A secret opens only in its own row, and for the recipient that it was meant for.
fn bound_to(id: &str, to: &str) -> String {
    format!("{id} {to}")
}

impl Row {
    fn mail(&self, sealer: &Sealer) -> Result<Mail, Error> {
        let unreadable = |_| Error::Crypto("a mail that was written down cannot be read");
        let params = serde_json::from_str(&self.params).map_err(unreadable)?;
        let written = serde_json::to_value(Written { template: self.template.clone(), params });
        let mut mail: Mail = written.and_then(serde_json::from_value).map_err(unreadable)?;
        if let Some(token) = mail.token_mut() {
            let secret = self.sealed.as_deref().ok_or(Error::Crypto("a mail's secret is missing"))?;
            *token = sealer.open(secret, &bound_to(&self.id, &self.to_address))?;
        }
        Ok(mail)
    }

    fn outgoing(self, mail: &Mail, template: Template<'_>) -> OutgoingMail {
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

impl Auth {
    /// Claims up to `limit` mails that are due, oldest first, ready to be sent. For two minutes nobody else gets them:
    /// of several nodes one sends, and what a node that died had claimed is claimed again, until it is a day old: a mail
    /// may be what kills whoever sends it. A mail whose secret cannot be opened is given up.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn claim_mails(&self, limit: u32) -> Result<Vec<OutgoingMail>, Error> {
        let now = self.0.clock.now();
        if !is_any_due(&self.0.db, now).await? {
            return Ok(Vec::new());
        }
        let template = Template { product: &self.0.config.password.product, public_url: &self.0.config.public_url };
        let mut tx = self.0.db.write().await?;
        let mut hopeless = give_up_abandoned(&mut tx, now).await?;
        let mut rows = claim(&mut tx, limit, now).await?;
        rows.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        let mut mails = Vec::with_capacity(rows.len());
        for row in rows {
            match row.mail(&self.0.sealer) {
                Ok(mail) => mails.push(row.outgoing(&mail, template)),
                Err(error) => {
                    give_up(&mut tx, &row.id, &error.to_string(), now).await?;
                    hopeless.push(row.user_id);
                }
            }
        }
        for user_id in &hopeless {
            given_up(user_id.as_deref()).record_in(&mut tx, now).await?;
        }
        tx.commit().await?;
        for user_id in &hopeless {
            given_up(user_id.as_deref()).tell(&self.0.metrics);
            self.0.metrics.mails.count(MailOutcome::GivenUp);
        }
        Ok(mails)
    }

    /// Notes that a mail was sent, and erases what it said: it is never claimed again.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn mail_sent(&self, id: &str) -> Result<(), Error> {
        let mut tx = self.0.db.write().await?;
        let sent = sqlx::query(
            "UPDATE outbox SET sent_at = $2, sealed = NULL, params = 'null', claimed_until = NULL
             WHERE id = $1 AND sent_at IS NULL",
        )
        .bind(id)
        .bind(self.0.clock.now())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        if sent.rows_affected() == 1 {
            self.0.metrics.mails.count(MailOutcome::Sent);
        }
        Ok(())
    }

    /// Notes that a mail could not be sent, and `why`, for whoever looks at the table. It is due again after a pause of
    /// 10 seconds, 20, 40, and so on to an hour. A day after it was written it is given up, and what it said erased.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn mail_failed(&self, id: &str, why: &str) -> Result<(), Error> {
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        let waiting: Option<(Option<String>, Millis, i64)> = sqlx::query_as(
            "SELECT user_id, created_at, attempts FROM outbox
             WHERE id = $1 AND sent_at IS NULL AND given_up_at IS NULL",
        )
        .bind(id)
        .fetch_optional(&mut *tx)
        .await?;
        let Some((user_id, created_at, attempts)) = waiting else { return Ok(()) };
        let event = (now - created_at >= GIVEN_UP_AFTER).then(|| given_up(user_id.as_deref()));
        if let Some(event) = &event {
            give_up(&mut tx, id, why, now).await?;
            event.record_in(&mut tx, now).await?;
        } else {
            let next_try_at = (now + pause_after(attempts)).min(created_at + GIVEN_UP_AFTER);
            try_again(&mut tx, id, why, next_try_at).await?;
        }
        tx.commit().await?;
        self.0.metrics.mails.count(if event.is_some() { MailOutcome::GivenUp } else { MailOutcome::Failed });
        if let Some(event) = event {
            event.tell(&self.0.metrics);
        }
        Ok(())
    }

    /// Is notified when a mail was put in the outbox by this process. What other processes put, or what is due again,
    /// is found by looking now and then.
    pub fn mail_waiting(&self) -> Arc<Notify> {
        Arc::clone(&self.0.mail_waiting)
    }

    /// Puts a mail in the outbox that says that mail works.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn send_test_mail(&self, to: &EmailAddress) -> Result<(), Error> {
        let mut tx = self.0.db.write().await?;
        put(&mut tx, to.as_str(), None, &Mail::Test, &self.0.sealer, self.0.clock.now()).await?;
        tx.commit().await?;
        self.wake_mailer();
        Ok(())
    }

    /// A test mail that is in no outbox, to be sent at once.
    pub(crate) fn mail_to_try(&self, to: &EmailAddress) -> OutgoingMail {
        let template = Template { product: &self.0.config.password.product, public_url: &self.0.config.public_url };
        let letter = template.letter(&Mail::Test, to.as_str());
        OutgoingMail {
            id: Uuid::now_v7().to_string(),
            to: to.to_string(),
            subject: letter.subject().to_owned(),
            text: letter.to_text(),
            html: letter.to_html(),
            attempt: 1,
        }
    }

    /// To be called after a commit that put a mail.
    pub(crate) fn wake_mailer(&self) {
        self.0.mail_waiting.notify_one();
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

/// Whether a claim would find anything. Asked all the time, and mostly in vain, so it takes no writer.
async fn is_any_due(db: &Db, now: Millis) -> Result<bool, Error> {
    let due: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM outbox
         WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1
           AND (claimed_until IS NULL OR claimed_until <= $1)
         LIMIT 1",
    )
    .bind(now)
    .fetch_optional(db.readers())
    .await?;
    Ok(due.is_some())
}

async fn claim(tx: &mut Transaction<'static, Engine>, limit: u32, now: Millis) -> Result<Vec<Row>, Error> {
    // The condition on `claimed_until` stands twice: PostgreSQL looks at the outer one again where it had to wait for
    // another node's claim.
    Ok(sqlx::query_as(
        "UPDATE outbox SET claimed_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM outbox
                      WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1
                        AND (claimed_until IS NULL OR claimed_until <= $1)
                      ORDER BY created_at, id LIMIT $3)
           AND sent_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $1)
         RETURNING id, user_id, to_address, template, params, sealed, created_at, attempts",
    )
    .bind(now)
    .bind(now + LEASE)
    .bind(i64::from(limit))
    .fetch_all(&mut **tx)
    .await?)
}

/// Gives up what was claimed, and of which nobody has said what became of it, once it is as old as mail gets. Gives
/// whose it was, where it was anybody's.
async fn give_up_abandoned(tx: &mut Transaction<'static, Engine>, now: Millis) -> Result<Vec<Option<String>>, Error> {
    let abandoned: Vec<(Option<String>,)> = sqlx::query_as(
        "UPDATE outbox SET given_up_at = $1, sealed = NULL, params = 'null', claimed_until = NULL, last_problem = $2
         WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1 AND claimed_until <= $1 AND created_at <= $3
         RETURNING user_id",
    )
    .bind(now)
    .bind("nobody who sent it has said what became of it")
    .bind(now - GIVEN_UP_AFTER)
    .fetch_all(&mut **tx)
    .await?;
    Ok(abandoned.into_iter().map(|(user_id,)| user_id).collect())
}

async fn try_again(
    tx: &mut Transaction<'static, Engine>,
    id: &str,
    why: &str,
    next_try_at: Millis,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE outbox SET next_try_at = $2, claimed_until = NULL, last_problem = $3
         WHERE id = $1 AND sent_at IS NULL AND given_up_at IS NULL",
    )
    .bind(id)
    .bind(next_try_at)
    .bind(kept_problem(why))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn give_up(tx: &mut Transaction<'static, Engine>, id: &str, why: &str, now: Millis) -> Result<(), Error> {
    sqlx::query(
        "UPDATE outbox SET given_up_at = $2, sealed = NULL, params = 'null', claimed_until = NULL, last_problem = $3
         WHERE id = $1 AND sent_at IS NULL",
    )
    .bind(id)
    .bind(now)
    .bind(kept_problem(why))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn given_up(user_id: Option<&str>) -> Event<'_> {
    Event::refused(EventKind::MailGivenUp).user(user_id)
}

/// The pause after so many attempts.
fn pause_after(attempts: i64) -> Millis {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    (FIRST_PAUSE << doublings).min(LONGEST_PAUSE)
}

fn kept_problem(why: &str) -> String {
    why.chars().filter(|character| !character.is_control()).take(PROBLEM_MAX).collect()
}

/// Removes up to one batch of mails that were sent or given up a week before `now`; gives how many.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn sweep(db: &Db, now: Millis) -> Result<u64, Error> {
    let mut tx = db.write().await?;
    let removed = sqlx::query(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE sent_at <= $1 OR given_up_at <= $1 LIMIT $2)",
    )
    .bind(now - KEPT)
    .bind(BATCH)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(removed.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use secrecy::SecretString;

    #[test]
    fn pauses_grow_to_an_hour() {
        let seconds: Vec<i64> = [1, 2, 3, 4, 9, 10, 11, 500].map(|attempts| pause_after(attempts) / SECOND).into();
        assert_eq!(seconds, [10, 20, 40, 80, 2560, 3600, 3600, 3600]);
    }

    #[test]
    fn a_problem_is_kept_in_one_short_line() {
        assert_eq!(kept_problem("550 no\r\nsuch user"), "550 nosuch user");
        assert_eq!(kept_problem(&"ä".repeat(1000)).chars().count(), PROBLEM_MAX);
    }

    #[tokio::test]
    async fn every_mail_comes_out_as_it_was_put() -> Result<(), Error> {
        let (auth, clock, _db) = testing::auth().await?;
        let notice = super::super::Notice::new(&crate::Device::default(), clock.now());
        let token = SecretString::from("t0ken");
        let mails = [
            Mail::VerifyAddress { token: token.clone() },
            Mail::AddressTaken,
            Mail::ResetPassword { token: token.clone() },
            Mail::PasswordChanged(notice.clone()),
            Mail::PasswordReset(notice.clone()),
            Mail::ConfirmAddress { token: token.clone() },
            Mail::AddressChanged { new_address: "new@example.com".into(), token, notice: notice.clone() },
            Mail::NewDevice(notice.clone()),
            Mail::TokenTheft(notice.clone()),
            Mail::ManyFailures(notice.clone(), 7),
            Mail::AccountDeleted(notice),
            Mail::Test,
        ];
        let mut tx = auth.db().write().await?;
        for mail in &mails {
            put(&mut tx, "ada@example.com", None, mail, &auth.0.sealer, clock.now()).await?;
        }
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
