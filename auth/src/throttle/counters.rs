//! The table of counters. Several counters are always taken in one order, so that two requests never wait for each
//! other.

use super::rule::Counter;
use crate::{
    Error,
    clock::{DAY, Millis},
    db::{Db, Engine},
    sweep::Over,
};
use sqlx::Transaction;

/// How long a counter is kept that nobody has touched.
const KEPT: Millis = 7 * DAY;
const OVER: Over = Over { table: "throttle", key: "kind, hash", when: "regained_at <= $1" };

/// The counter as it stands; one that was never touched where there is none.
pub(super) async fn look(db: &Db, kind: &str, hash: &str) -> Result<Counter, Error> {
    let counter = sqlx::query_as("SELECT tries, regained_at, free_at FROM throttle WHERE kind = $1 AND hash = $2")
        .bind(kind)
        .bind(hash)
        .fetch_optional(db.readers())
        .await?;
    Ok(counter.unwrap_or_default())
}

/// Puts `after` in the place of the counter that was `before` when it was looked at; `false` where it is another by now.
/// One statement, which is a transaction of its own.
pub(super) async fn put_for(db: &Db, kind: &str, hash: &str, before: Counter, after: Counter) -> Result<bool, Error> {
    let put = sqlx::query(
        "INSERT INTO throttle (kind, hash, tries, regained_at, free_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, hash) DO UPDATE SET tries = $3, regained_at = $4, free_at = $5
         WHERE throttle.tries = $6 AND throttle.regained_at = $7 AND throttle.free_at = $8",
    )
    .bind(kind)
    .bind(hash)
    .bind(after.tries)
    .bind(after.regained_at)
    .bind(after.free_at)
    .bind(before.tries)
    .bind(before.regained_at)
    .bind(before.free_at)
    .execute(&mut *db.writer().await?)
    .await?;
    Ok(put.rows_affected() == 1)
}

/// The counter, held until the transaction ends: of any number of tries at once, each sees those before it.
pub(super) async fn hold(
    tx: &mut Transaction<'static, Engine>,
    kind: &str,
    hash: &str,
    now: Millis,
) -> Result<Counter, Error> {
    Ok(sqlx::query_as(
        "INSERT INTO throttle (kind, hash, tries, regained_at, free_at) VALUES ($1, $2, 0, $3, 0)
         ON CONFLICT (kind, hash) DO UPDATE SET tries = throttle.tries RETURNING tries, regained_at, free_at",
    )
    .bind(kind)
    .bind(hash)
    .bind(now)
    .fetch_one(&mut **tx)
    .await?)
}

pub(super) async fn put(
    tx: &mut Transaction<'static, Engine>,
    kind: &str,
    hash: &str,
    counter: Counter,
) -> Result<(), Error> {
    sqlx::query("UPDATE throttle SET tries = $3, regained_at = $4, free_at = $5 WHERE kind = $1 AND hash = $2")
        .bind(kind)
        .bind(hash)
        .bind(counter.tries)
        .bind(counter.regained_at)
        .bind(counter.free_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes one try back, and the wait that it began.
pub(super) async fn give_back(tx: &mut Transaction<'static, Engine>, kind: &str, hash: &str) -> Result<(), Error> {
    sqlx::query("UPDATE throttle SET tries = tries - 1, free_at = 0 WHERE kind = $1 AND hash = $2 AND tries > 0")
        .bind(kind)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes every try back. The row stays for the next, which so is written in its place and in no index but one.
pub(super) async fn reset(tx: &mut Transaction<'static, Engine>, kind: &str, hash: &str) -> Result<(), Error> {
    sqlx::query("UPDATE throttle SET tries = 0, free_at = 0 WHERE kind = $1 AND hash = $2")
        .bind(kind)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes up to one batch of counters that nobody has touched for a week before `now`; gives how many there were.
pub(crate) async fn sweep(db: &Db, now: Millis) -> Result<u64, Error> {
    OVER.remove_batch(db, now - KEPT).await
}
