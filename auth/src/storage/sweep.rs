//! Removes what is over, in small batches, so that the one writer is never held for long.

use crate::{
    clock::{DAY, Millis},
    error::Error,
    storage::db::Db,
};
use sqlx::AssertSqlSafe;

/// Rows in one transaction.
const BATCH: i64 = 200;
/// How long a session that is over is kept: long enough to look up what an event of yesterday was about.
const KEPT: Millis = DAY;

const SESSIONS: Over = Over { table: "sessions", key: "id", when: "ends_at <= $1 OR ended_at <= $1" };
const EVENTS: Over = Over { table: "events", key: "id", when: "at <= $1" };

/// Refusals about no account that are kept; beyond, the oldest go.
const STRANGERS_REFUSALS_KEPT: i64 = 100_000;

/// The rows of a table that are over, and may go.
#[derive(Clone, Copy, Debug)]
pub struct Over {
    /// The table.
    pub table: &'static str,
    /// The columns of its primary key, with commas between them.
    pub key: &'static str,
    /// What is true of a row that was over at the time `$1`, in milliseconds. Each column it asks for should begin an
    /// index.
    pub when: &'static str,
}

impl Over {
    /// Removes up to 200 rows that were over at `end`; gives how many. They are looked for every minute, and mostly in
    /// vain, so nobody waits to write until there are any.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn remove_batch(self, db: &Db, end: Millis) -> Result<u64, Error> {
        let Self { table, key, when } = self;
        let over = format!("SELECT {key} FROM {table} WHERE {when} LIMIT $2");
        let removal = format!("DELETE FROM {table} WHERE ({key}) IN ({over})");
        let found = sqlx::query(AssertSqlSafe(over)).bind(end).bind(1_i64).fetch_optional(db.readers()).await?;
        if found.is_none() {
            return Ok(0);
        }
        let mut connection = db.writer().await?;
        let removed = sqlx::query(AssertSqlSafe(removal)).bind(end).bind(BATCH).execute(&mut *connection).await?;
        Ok(removed.rows_affected())
    }
}

/// Removes up to one batch of sessions that were over a day before `now`; gives how many there were.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn sessions(db: &Db, now: Millis) -> Result<u64, Error> {
    SESSIONS.remove_batch(db, now - KEPT).await
}

/// Removes up to one batch of events from before `end`; gives how many there were.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn events(db: &Db, end: Millis) -> Result<u64, Error> {
    EVENTS.remove_batch(db, end).await
}

/// Removes up to one batch of refusals about no account, beyond the number that is kept; gives how many. Anyone can cause
/// them, so their age alone would not bound them.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn strangers_refusals(db: &Db) -> Result<u64, Error> {
    refusals_beyond(db, STRANGERS_REFUSALS_KEPT).await
}

async fn refusals_beyond(db: &Db, kept: i64) -> Result<u64, Error> {
    const BEYOND: &str = "SELECT id FROM events WHERE user_id IS NULL AND outcome = 'refused'
                          ORDER BY id DESC LIMIT $1 OFFSET $2";
    if sqlx::query(BEYOND).bind(1_i64).bind(kept).fetch_optional(db.readers()).await?.is_none() {
        return Ok(0);
    }
    let mut connection = db.writer().await?;
    let removal = format!("DELETE FROM events WHERE id IN ({BEYOND})");
    let removed = sqlx::query(AssertSqlSafe(removal)).bind(BATCH).bind(kept).execute(&mut *connection).await?;
    Ok(removed.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn of_refusals_about_no_account_the_newest_are_kept() -> Result<(), Error> {
        let (auth, _, db) = testing::auth().await?;
        let mut change = auth.change(auth.0.clock.now()).await?;
        for n in 0..500 {
            for (id, user, outcome) in
                [("stranger", None, "refused"), ("ada", Some("ada"), "refused"), ("done", None, "done")]
            {
                let insert = "INSERT INTO events (id, at, kind, outcome, user_id) VALUES ($1, 0, 'x', $2, $3)";
                sqlx::query(insert)
                    .bind(format!("{id} {n:03}"))
                    .bind(outcome)
                    .bind(user)
                    .execute(&mut **change)
                    .await?;
            }
        }
        change.commit().await?;
        let mut removed = Vec::new();
        loop {
            match refusals_beyond(&db, 50).await? {
                0 => break,
                batch => removed.push(batch),
            }
        }
        assert_eq!(removed, [200, 200, 50]);
        let (left, oldest): (i64, String) =
            sqlx::query_as("SELECT COUNT(*), MIN(id) FROM events WHERE user_id IS NULL AND outcome = 'refused'")
                .fetch_one(db.readers())
                .await?;
        assert_eq!((left, oldest.as_str()), (50, "stranger 450"));
        let (others,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM events").fetch_one(db.readers()).await?;
        assert_eq!(others, 1050);
        Ok(())
    }
}
