//! How uses of a session are recorded in its row.

use crate::{
    clients::client::Device,
    clock::{Clock, DAY, MINUTE, Millis},
    error::Error,
    events::event::Event,
    sessions::session::{Session, Stored},
    storage::db::Db,
};

/// Notes that a session was used, and from where if that is known.
pub(crate) async fn touch(db: &Db, sid: &str, device: &Device, now: Millis) -> Result<(), Error> {
    let mut tx = db.write().await?;
    sqlx::query(
        "UPDATE sessions SET last_seen_at = $2, address = COALESCE($3, address),
             ends_at = CASE WHEN $2 + idle_ms < expires_at THEN $2 + idle_ms ELSE expires_at END
         WHERE id = $1 AND last_seen_at < $2 AND ended_at IS NULL AND ends_at > $2",
    )
    .bind(sid)
    .bind(now)
    .bind(device.kept_address())
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Claims the one late repeat of a day, which is a use of the session; `false` where it was claimed already or the
/// session has moved on. `event` is recorded with the claim.
pub(crate) async fn claim_late_repeat(db: &Db, stored: &Stored, event: &Event<'_>, now: Millis) -> Result<bool, Error> {
    let mut tx = db.write().await?;
    let claimed = sqlx::query(
        "UPDATE sessions SET late_at = $3, last_seen_at = $3,
             ends_at = CASE WHEN $3 + idle_ms < expires_at THEN $3 + idle_ms ELSE expires_at END
         WHERE id = $1 AND generation = $2 AND (late_at IS NULL OR late_at <= $4) AND ended_at IS NULL AND ends_at > $3",
    )
    .bind(&stored.session.id)
    .bind(stored.session.generation)
    .bind(now)
    .bind(now - DAY)
    .execute(&mut *tx)
    .await?;
    let claimed = claimed.rows_affected() == 1;
    if claimed {
        event.record_in(&mut tx, now).await?;
    }
    tx.commit().await?;
    Ok(claimed)
}

/// Whether `last_seen_at` is to be written: every five minutes, or every tenth of the time it may stay unused.
pub(crate) fn is_touch_due(session: &Session, clock: &Clock) -> bool {
    clock.now() - session.last_seen_at >= (5 * MINUTE).min(session.idle_ms / 10)
}
