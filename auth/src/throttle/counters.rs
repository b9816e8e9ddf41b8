//! The table of counters. Several counters are always taken in one order, so that two requests never wait for each
//! other.

use crate::{
    clock::{DAY, Millis},
    error::Error,
    storage::{
        db::{Db, Engine},
        sweep::Over,
    },
    throttle::rule::Counter,
};
use sqlx::{AnyConnection, Transaction};

/// How long an unused counter is kept.
const KEPT: Millis = 7 * DAY;
const OVER: Over = Over { table: "throttle", key: "kind, hash", when: "regained_at <= $1" };

/// Counters that one statement reads: as many as a try has at most.
const READ_AT_ONCE: usize = 4;

/// The counters of `keys` as they stand, in the same order; one that was never touched where there is none.
pub(crate) async fn peek(db: &Db, keys: &[(&'static str, String)]) -> Result<Vec<Counter>, Error> {
    let mut counters = Vec::with_capacity(keys.len());
    for keys in keys.chunks(READ_AT_ONCE) {
        let mut query = sqlx::query_as(
            "SELECT hash, tries, regained_at, free_at FROM throttle
             WHERE (kind = $1 AND hash = $2) OR (kind = $3 AND hash = $4)
                OR (kind = $5 AND hash = $6) OR (kind = $7 AND hash = $8)",
        );
        for index in 0..READ_AT_ONCE {
            let (kind, hash) = keys.get(index).map_or(("", ""), |(kind, hash)| (*kind, hash.as_str()));
            query = query.bind(kind).bind(hash);
        }
        let found: Vec<Row> = query.fetch_all(db.readers()).await?;
        // The kind is part of what is hashed, so the hash alone tells them apart.
        counters
            .extend(keys.iter().map(|(_, hash)| {
                found.iter().find(|row| row.hash == *hash).map(|row| row.counter).unwrap_or_default()
            }));
    }
    Ok(counters)
}

#[derive(sqlx::FromRow)]
struct Row {
    hash: String,
    #[sqlx(flatten)]
    counter: Counter,
}

/// Replaces the counter that was `before` when it was read by `after`; `false` where another try came between. One
/// statement, which by itself is a transaction of its own.
pub(crate) async fn replace(
    connection: &mut AnyConnection,
    kind: &str,
    hash: &str,
    before: Counter,
    after: Counter,
) -> Result<bool, Error> {
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
    .execute(connection)
    .await?;
    Ok(put.rows_affected() == 1)
}

/// The counter, held until the transaction ends: of any number of tries at once, each sees those before it.
pub(crate) async fn hold(
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

pub(crate) async fn put(
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

/// Takes one try back. `begun` is the time until which it made others wait and that from before it: where that wait
/// still stands, the one from before takes its place, so that the counter is as if the try had never been made.
pub(crate) async fn give_back(
    tx: &mut Transaction<'static, Engine>,
    kind: &str,
    hash: &str,
    (begun, before): (Millis, Millis),
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE throttle SET tries = tries - 1, free_at = CASE WHEN free_at = $3 THEN $4 ELSE free_at END
         WHERE kind = $1 AND hash = $2 AND tries > 0",
    )
    .bind(kind)
    .bind(hash)
    .bind(begun)
    .bind(before)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes every try back. The row stays for the next, which so is written in its place and in no index but one.
pub(crate) async fn reset(tx: &mut Transaction<'static, Engine>, kind: &str, hash: &str) -> Result<(), Error> {
    sqlx::query("UPDATE throttle SET tries = 0, free_at = 0 WHERE kind = $1 AND hash = $2")
        .bind(kind)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes up to one batch of counters that were unused for a week before `now`; returns how many.
pub(crate) async fn sweep(db: &Db, now: Millis) -> Result<u64, Error> {
    OVER.remove_batch(db, now - KEPT).await
}
