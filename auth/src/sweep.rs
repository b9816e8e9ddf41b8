//! Removes what is over, in small batches, so that the one writer is never held for long.

use crate::{
    Error,
    clock::{DAY, Millis},
    db::Db,
};
use sqlx::AssertSqlSafe;

/// Rows in one transaction.
const BATCH: i64 = 200;
/// How long a session that is over is kept: long enough to look up what an event of yesterday was about.
const KEPT: Millis = DAY;

const SESSIONS: Over = Over { table: "sessions", key: "id", when: "ends_at <= $1 OR ended_at <= $1" };
const EVENTS: Over = Over { table: "events", key: "id", when: "at <= $1" };

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
        let mut tx = db.write().await?;
        let removed = sqlx::query(AssertSqlSafe(removal)).bind(end).bind(BATCH).execute(&mut *tx).await?;
        tx.commit().await?;
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
