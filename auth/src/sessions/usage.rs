//! How uses of a session are recorded in its row.

use crate::{
    clients::client::Client,
    clock::{Clock, DAY, MINUTE, Millis},
    error::Error,
    ids::SessionId,
    sessions::session::{Session, Stored},
    storage::db::Engine,
};
use sqlx::Transaction;

/// Notes that a session was used, and from where if that is known.
pub(crate) async fn touch(
    tx: &mut Transaction<'static, Engine>,
    sid: &SessionId,
    client: &Client,
    now: Millis,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE sessions SET last_seen_at = $2, address = COALESCE($3, address),
             ends_at = CASE WHEN $2 + idle_ms < expires_at THEN $2 + idle_ms ELSE expires_at END
         WHERE id = $1 AND last_seen_at < $2 AND ended_at IS NULL AND ends_at > $2",
    )
    .bind(sid)
    .bind(now)
    .bind(client.kept_address())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Claims the one late repeat of a day, which is a use of the session. Returns `false` if it was claimed before, or the
/// session has moved on.
pub(crate) async fn claim_late_repeat(
    tx: &mut Transaction<'static, Engine>,
    stored: &Stored,
    now: Millis,
) -> Result<bool, Error> {
    let claimed = sqlx::query(
        "UPDATE sessions SET late_at = $3, last_seen_at = $3,
             ends_at = CASE WHEN $3 + idle_ms < expires_at THEN $3 + idle_ms ELSE expires_at END
         WHERE id = $1 AND generation = $2 AND (late_at IS NULL OR late_at <= $4) AND ended_at IS NULL AND ends_at > $3",
    )
    .bind(&stored.session.id)
    .bind(stored.session.generation)
    .bind(now)
    .bind(now - DAY)
    .execute(&mut **tx)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Whether `last_seen_at` is to be written: every five minutes, or every tenth of the time it may stay unused.
pub(crate) fn is_touch_due(session: &Session, clock: &Clock) -> bool {
    clock.now() - session.last_seen_at >= (5 * MINUTE).min(session.idle_ms / 10)
}
