//! Removes what is over, in small batches, so that the one writer is never held for long.

use crate::{
    Error,
    clock::{DAY, Millis},
    db::Db,
};

/// Rows in one transaction.
const BATCH: i64 = 200;
/// How long a session that is over is kept: long enough to look up what an event of yesterday was about.
const KEPT: Millis = DAY;

/// Removes up to one batch of sessions that were over a day before `now`; gives how many there were.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn sessions(db: &Db, now: Millis) -> Result<u64, Error> {
    let mut tx = db.write().await?;
    let removed = sqlx::query(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ends_at <= $1 OR ended_at <= $1 LIMIT $2)",
    )
    .bind(now - KEPT)
    .bind(BATCH)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(removed.rows_affected())
}

/// Removes up to one batch of events from before `end`; gives how many there were.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn events(db: &Db, end: Millis) -> Result<u64, Error> {
    let mut tx = db.write().await?;
    let removed = sqlx::query("DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at <= $1 LIMIT $2)")
        .bind(end)
        .bind(BATCH)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(removed.rows_affected())
}
