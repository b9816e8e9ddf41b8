//! The life of a mail in the outbox: claimed by a worker, then sent, retried or given up.

use crate::{
    accounts::user,
    clock::{HOUR, MINUTE, Millis, SECOND},
    error::Error,
    events::event::Event,
    handle::facets::Outbox,
    ids::UserId,
    mail::{
        outbox::{OutgoingMail, Row},
        outcome::MailOutcome,
    },
    storage::db::{Db, Engine},
    tokens::mailed_link::{self, GIVEN_UP_AFTER},
};
use contract::EventKind;
use sqlx::{AssertSqlSafe, Transaction};

/// Duration of a claim. Sending takes less time, so a longer claim means that the worker died.
const LEASE: Millis = 2 * MINUTE;
/// The pause after the first failure; each further one is twice as long.
const FIRST_PAUSE: Millis = 10 * SECOND;
const LONGEST_PAUSE: Millis = HOUR;
/// Condition for a mail whose link was used or voided. Such a mail would only lead to a page that refuses its link.
const LINK_IS_VOID: &str = "link IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM email_tokens WHERE hash = outbox.link AND used_at IS NULL AND voided_at IS NULL)";
/// Condition for a mail whose link has expired.
const LINK_IS_EXPIRED: &str = "EXISTS (SELECT 1 FROM email_tokens WHERE hash = outbox.link AND expires_at <= $1)";
/// Condition for a mail that was claimed and never reported: its worker died.
const ABANDONED: &str = "claimed_until IS NOT NULL";
/// Longest stored problem, in characters.
const PROBLEM_MAX: usize = 200;

/// Checks whether a claim would find a mail. It runs often and mostly finds none, so it uses no writer.
const IS_ANY_DUE: &str = "SELECT id FROM outbox
     WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1
       AND (claimed_until IS NULL OR claimed_until <= $1)
     LIMIT 1";

impl Outbox<'_> {
    /// Claims up to `limit` due mails, oldest first. For two minutes no other worker gets them.
    ///
    /// A mail whose worker died is claimed again until it is a day old, because the mail itself may be what stops its
    /// worker. A mail whose secret cannot be opened or whose link has expired is given up. A mail whose link was used
    /// or voided is dropped, because a newer mail or change replaced it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn claim(self, limit: u32) -> Result<Vec<OutgoingMail>, Error> {
        let now = self.auth.0.clock.now();
        if !is_any_due(&self.auth.0.db, now).await? {
            return Ok(Vec::new());
        }
        let mut change = self.auth.change(now).await?;
        let old = now - GIVEN_UP_AFTER;
        let mut hopeless = give_up_due(&mut change, ABANDONED, "its worker never reported on it", old, now).await?;
        let dropped = give_up_due(&mut change, LINK_IS_VOID, "its link was used or voided first", now, now).await?;
        hopeless.extend(give_up_due(&mut change, LINK_IS_EXPIRED, "its link expired first", now, now).await?);
        let mut rows = claim(&mut change, limit, now).await?;
        rows.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        let mut mails = Vec::with_capacity(rows.len());
        for row in rows {
            match row.mail(&self.auth.0.effects.sealer) {
                Ok(mail) => {
                    let formatted = self.auth.formatted(&mail, row.to());
                    mails.push(row.outgoing(formatted));
                }
                Err(error) => {
                    give_up(&mut change, &row.id, &error.to_string(), now).await?;
                    hopeless.push(row.user_id);
                }
            }
        }
        for user_id in &hopeless {
            change.event(&given_up(user_id.as_ref())).await?;
        }
        change.commit().await?;
        for _ in &dropped {
            self.auth.0.effects.metrics.mails.count(MailOutcome::Dropped);
        }
        for _ in &hopeless {
            self.auth.0.effects.metrics.mails.count(MailOutcome::GivenUp);
        }
        Ok(mails)
    }

    /// Marks a mail as accepted at `accepted_at` and erases its contents. The lifetime of its link begins then.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sent(self, id: &str, accepted_at: Millis) -> Result<(), Error> {
        let mut change = self.auth.change(self.auth.0.clock.now()).await?;
        let link: Option<(UserId, String)> = sqlx::query_as(
            "SELECT user_id, link FROM outbox
             WHERE id = $1 AND sent_at IS NULL AND user_id IS NOT NULL AND link IS NOT NULL",
        )
        .bind(id)
        .fetch_optional(&mut **change)
        .await?;
        if let Some((user_id, link)) = &link {
            // The user's row is locked before its mails and links, in the order in which a deletion locks them.
            user::hold_any(&mut change, user_id).await?;
            mailed_link::start(&mut change, link, accepted_at).await?;
        }
        let sent = sqlx::query(
            "UPDATE outbox SET sent_at = $2, sealed = NULL, params = 'null', claimed_until = NULL
             WHERE id = $1 AND sent_at IS NULL",
        )
        .bind(id)
        .bind(accepted_at)
        .execute(&mut **change)
        .await?;
        change.commit().await?;
        if sent.rows_affected() == 1 {
            self.auth.0.effects.metrics.mails.count(MailOutcome::Sent);
        }
        Ok(())
    }

    /// Records that a mail could not be sent, with the reason `why`. The mail is due again after a pause of 10 seconds,
    /// then 20, 40, up to an hour. After a day it is given up and its contents are erased.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn failed(self, id: &str, why: &str) -> Result<(), Error> {
        let now = self.auth.0.clock.now();
        let mut change = self.auth.change(now).await?;
        let waiting: Option<(Option<UserId>, Millis, i64)> = sqlx::query_as(
            "SELECT user_id, created_at, attempts FROM outbox
             WHERE id = $1 AND sent_at IS NULL AND given_up_at IS NULL",
        )
        .bind(id)
        .fetch_optional(&mut **change)
        .await?;
        let Some((user_id, created_at, attempts)) = waiting else { return Ok(()) };
        let event = (now - created_at >= GIVEN_UP_AFTER).then(|| given_up(user_id.as_ref()));
        if let Some(event) = &event {
            give_up(&mut change, id, why, now).await?;
            change.event(event).await?;
        } else {
            let next_try_at = (now + pause_after(attempts)).min(created_at + GIVEN_UP_AFTER);
            try_again(&mut change, id, why, next_try_at).await?;
        }
        change.commit().await?;
        self.auth.0.effects.metrics.mails.count(if event.is_some() {
            MailOutcome::GivenUp
        } else {
            MailOutcome::Failed
        });
        Ok(())
    }
}

async fn is_any_due(db: &Db, now: Millis) -> Result<bool, Error> {
    let due: Option<(String,)> = sqlx::query_as(IS_ANY_DUE).bind(now).fetch_optional(db.readers()).await?;
    Ok(due.is_some())
}

async fn claim(tx: &mut Transaction<'static, Engine>, limit: u32, now: Millis) -> Result<Vec<Row>, Error> {
    // The condition on `claimed_until` stands twice, because PostgreSQL evaluates the outer one again after it waited
    // for another node's claim.
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

/// Gives up due mails that no worker has claimed, that were written until `written_until` and fulfil `condition`, in
/// which `$1` is `now`. Returns the ids of their users.
async fn give_up_due(
    tx: &mut Transaction<'static, Engine>,
    condition: &'static str,
    why: &'static str,
    written_until: Millis,
    now: Millis,
) -> Result<Vec<Option<UserId>>, Error> {
    let given_up: Vec<(Option<UserId>,)> = sqlx::query_as(AssertSqlSafe(format!(
        "UPDATE outbox SET given_up_at = $1, sealed = NULL, params = 'null', claimed_until = NULL, last_problem = $2
         WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1
           AND (claimed_until IS NULL OR claimed_until <= $1) AND created_at <= $3 AND {condition}
         RETURNING user_id"
    )))
    .bind(now)
    .bind(why)
    .bind(written_until)
    .fetch_all(&mut **tx)
    .await?;
    Ok(given_up.into_iter().map(|(user_id,)| user_id).collect())
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

fn given_up(user_id: Option<&UserId>) -> Event<'_> {
    Event::refused(EventKind::MailGivenUp).user(user_id)
}

/// Returns the pause after a number of attempts.
fn pause_after(attempts: i64) -> Millis {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    (FIRST_PAUSE << doublings).min(LONGEST_PAUSE)
}

fn kept_problem(why: &str) -> String {
    why.chars().filter(|character| !character.is_control()).take(PROBLEM_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use sqlx::{AssertSqlSafe, Row as _};

    #[test]
    fn pauses_grow_to_an_hour() {
        let seconds: Vec<i64> = [1, 2, 3, 4, 9, 10, 11, 500].map(|attempts| pause_after(attempts) / SECOND).into();
        assert_eq!(seconds, [10, 20, 40, 80, 2560, 3600, 3600, 3600]);
    }

    #[tokio::test]
    async fn due_mails_are_found_by_an_index() -> Result<(), Error> {
        if testing::on_postgres() {
            eprintln!("skipped: this is about SQLite, which has no statistics to choose an index by");
            return Ok(());
        }
        let db = testing::database().await?;
        let plan = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {IS_ANY_DUE}"));
        let plan = sqlx::query(plan).bind(0_i64).fetch_all(db.readers()).await?;
        let steps: Vec<String> = plan.iter().map(|step| step.try_get("detail")).collect::<Result<_, _>>()?;
        assert!(steps.len() == 1 && steps[0].contains("outbox_waiting"), "{steps:?}");
        Ok(())
    }

    #[test]
    fn a_problem_is_stored_as_one_short_line() {
        assert_eq!(kept_problem("550 no\r\nsuch user"), "550 nosuch user");
        assert_eq!(kept_problem(&"ä".repeat(1000)).chars().count(), PROBLEM_MAX);
    }
}
