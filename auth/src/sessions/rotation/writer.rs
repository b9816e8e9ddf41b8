//! Rotations that wait for the one writer are committed together.
//!
//! A commit that survives a power cut costs an `fsync`, and every statement a hop to the driver's thread. Under load
//! the rotations that gathered meanwhile share both: each is its own `UPDATE` with its own row count, and is answered
//! after the commit.

use crate::{
    batcher::{Batcher, Limits},
    clock::Millis,
    error::Error,
    ids::SessionId,
    storage::db::Db,
};
use ::metrics::{Histogram, describe_histogram, histogram};
use std::time::Duration;
use tokio::sync::oneshot;

/// Rotations do not wait for others: those that gathered during the commit before are the next batch.
const LIMITS: Limits =
    Limits { places: 1024, patience: Duration::from_secs(10), batch: 64, gathered_for: Duration::ZERO };

/// One rotation: succeeds if the session is live and stands at `generation` at that moment.
pub(crate) struct Rotation {
    pub(crate) sid: SessionId,
    pub(crate) generation: i64,
    pub(crate) user_agent: String,
    pub(crate) address: Option<String>,
    /// What the row remembers of earlier rotations after this one.
    pub(crate) history: String,
    pub(crate) now: Millis,
}

struct Waiting {
    rotation: Rotation,
    answer: oneshot::Sender<Result<bool, Error>>,
}

/// The handle to the task that writes rotations.
pub(crate) struct RotationWriter(Batcher<Waiting>);

impl RotationWriter {
    /// Starts the task; it ends when the last handle is dropped.
    pub(crate) fn start(db: Db) -> Self {
        let per_commit = rotations_per_commit();
        Self(Batcher::start(LIMITS, move |mut batch: Vec<Waiting>| {
            let (db, per_commit) = (db.clone(), per_commit.clone());
            async move {
                // In one order everywhere, so that two nodes' batches cannot wait for each other.
                batch.sort_by(|a, b| a.rotation.sid.cmp(&b.rotation.sid));
                match write(&db, &batch).await {
                    Ok(won) => {
                        per_commit.record(u32::try_from(won.len()).unwrap_or(u32::MAX));
                        for (waiting, won) in batch.into_iter().zip(won) {
                            let _gone = waiting.answer.send(Ok(won));
                        }
                    }
                    Err(error) => {
                        for waiting in batch {
                            let _gone = waiting.answer.send(Err(error.clone()));
                        }
                    }
                }
            }
        }))
    }

    /// Returns whether this rotation won. Exactly one of any number that race for a generation does.
    ///
    /// # Errors
    /// [`Error::Busy`] if 1,024 rotations wait already and no place became free.
    pub(crate) async fn rotate(&self, rotation: Rotation) -> Result<bool, Error> {
        let (answer, answered) = oneshot::channel();
        self.0.put(Waiting { rotation, answer }).await?;
        answered.await.map_err(|_| Error::Interrupted)?
    }
}

async fn write(db: &Db, batch: &[Waiting]) -> Result<Vec<bool>, Error> {
    let mut won = Vec::with_capacity(batch.len());
    let mut tx = db.write().await?;
    for Waiting { rotation, .. } in batch {
        let rotated = sqlx::query(
            "UPDATE sessions SET generation = $2 + 1, rotated_at = $3, user_agent = $4, last_seen_at = $3,
                 address = COALESCE($5, address), rotation_history = $6,
                 ends_at = CASE WHEN $3 + idle_ms < expires_at THEN $3 + idle_ms ELSE expires_at END
             WHERE id = $1 AND generation = $2 AND ended_at IS NULL AND ends_at > $3
               AND EXISTS (SELECT 1 FROM users WHERE users.id = sessions.user_id AND users.disabled_at IS NULL)",
        )
        .bind(&rotation.sid)
        .bind(rotation.generation)
        .bind(rotation.now)
        .bind(&rotation.user_agent)
        .bind(rotation.address.as_deref())
        .bind(&rotation.history)
        .execute(&mut *tx)
        .await?;
        won.push(rotated.rows_affected() == 1);
    }
    tx.commit().await?;
    Ok(won)
}

/// How many rotations shared a commit.
fn rotations_per_commit() -> Histogram {
    describe_histogram!("auth_rotations_per_commit", "Rotations of refresh tokens that were committed together.");
    histogram!("auth_rotations_per_commit")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADA, PASSWORD};
    use crate::{
        clock::{DAY, MINUTE},
        handle::{Auth, Grant},
        sessions::{new_session::NewSession, session},
        testing,
    };
    use futures::future::join_all;

    async fn sign_up(auth: &Auth, email: &str) -> Result<Grant, Error> {
        auth.sign_up(email, PASSWORD.into(), NewSession { remember: true, ..NewSession::default() })
            .await
            .map(crate::SignIn::expect_grant)
    }

    async fn rotate(auth: &Auth, sid: &SessionId, generation: i64, user_agent: &str) -> Result<bool, Error> {
        let now = auth.clock().now();
        let (sid, user_agent) = (sid.to_owned(), user_agent.to_owned());
        let rotation = Rotation { sid, generation, user_agent, address: None, history: String::new(), now };
        auth.0.rotations.rotate(rotation).await
    }

    #[tokio::test]
    async fn one_rotation_of_a_generation_wins_and_no_other_writes() -> Result<(), Error> {
        let (auth, clock, db) = testing::auth().await?;
        let sid = sign_up(&auth, ADA).await?.session.id;
        let names: Vec<String> = (0..200).map(|racer| format!("racer {racer}")).collect();
        let won = join_all(names.iter().map(|name| rotate(&auth, &sid, 0, name))).await;
        let won = won.into_iter().collect::<Result<Vec<bool>, Error>>()?;
        let winners: Vec<&String> = names.iter().zip(&won).filter(|(_, won)| **won).map(|(name, _)| name).collect();
        let stored = session::load(&db, &sid).await?.expect("it is there");
        assert_eq!((winners, stored.session.generation), (vec![&stored.user_agent], 1), "over several batches");

        clock.advance(MINUTE);
        assert!(rotate(&auth, &sid, 1, "another").await?);
        for past_or_future in [-1, 0, 1, 3, i64::MAX - 1] {
            assert!(!rotate(&auth, &sid, past_or_future, "late").await?, "{past_or_future}");
        }
        let stored = session::load(&db, &sid).await?.expect("it is there");
        assert_eq!((stored.session.generation, stored.user_agent.as_str()), (2, "another"));
        Ok(())
    }

    #[tokio::test]
    async fn only_a_live_session_of_an_enabled_user_rotates() -> Result<(), Error> {
        let (auth, clock, db) = testing::auth().await?;
        let expired = sign_up(&auth, "expired@example.com").await?.session.id;
        clock.advance(14 * DAY);
        let live = sign_up(&auth, "live@example.com").await?.session.id;
        let ended = sign_up(&auth, "ended@example.com").await?;
        auth.sign_out(Some(ended.refresh_token.expose()), None).await?;
        let disabled = sign_up(&auth, "disabled@example.com").await?;
        let mut change = auth.change(auth.0.clock.now()).await?;
        sqlx::query("UPDATE users SET disabled_at = 1 WHERE id = $1")
            .bind(&disabled.session.user.id)
            .execute(&mut **change)
            .await?;
        change.commit().await?;

        let sids = [&expired, &ended.session.id, &disabled.session.id, &"nobody's".into(), &live];
        let won = join_all(sids.iter().map(|sid| rotate(&auth, sid, 0, "racer"))).await;
        let won = won.into_iter().collect::<Result<Vec<bool>, Error>>()?;
        assert_eq!(won, [false, false, false, false, true], "each has the answer that is its own");
        for sid in [&expired, &ended.session.id, &disabled.session.id] {
            assert_eq!(session::load(&db, sid).await?.expect("it is there").session.generation, 0);
        }
        Ok(())
    }
}
