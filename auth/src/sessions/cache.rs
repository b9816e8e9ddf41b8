//! Whether a session still stands: asked by every request, remembered for a second at most.

use crate::{
    error::Error,
    ids::{SessionId, UserId},
    sessions::session::{self, Stored},
    storage::db::Db,
};
use quick_cache::sync::Cache;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer is believed. What this process changes it forgets at once; another process, a command line
/// say, is believed after this.
const BELIEVED_FOR: Duration = Duration::from_secs(1);
const REMEMBERED: usize = 4096;

/// A session's row as it was read a moment ago.
pub(crate) struct Standing {
    pub(crate) stored: Stored,
    read_at: Instant,
    touched: AtomicBool,
}

impl Standing {
    /// Whether the caller is the first that wants to note its use.
    pub(crate) fn claim_touch(&self) -> bool {
        !self.touched.swap(true, Ordering::Relaxed)
    }
}

/// The rows that were read within the last second.
pub(crate) struct Standings {
    cache: Cache<SessionId, Arc<Standing>>,
    /// Counts what was forgotten. A row that was read before something changed may come in after it: then it is not
    /// kept. Held while something goes in or out, so that it is not there for a moment either.
    changes: Mutex<u64>,
}

impl Standings {
    pub(crate) fn new() -> Self {
        Self { cache: Cache::new(REMEMBERED), changes: Mutex::new(0) }
    }

    pub(crate) async fn get(&self, db: &Db, sid: &SessionId) -> Result<Option<Arc<Standing>>, Error> {
        self.remembered_or(sid, session::load(db, sid)).await
    }

    async fn remembered_or(
        &self,
        sid: &SessionId,
        load: impl Future<Output = Result<Option<Stored>, Error>>,
    ) -> Result<Option<Arc<Standing>>, Error> {
        if let Some(standing) = self.cache.get(sid)
            && standing.read_at.elapsed() < BELIEVED_FOR
        {
            return Ok(Some(standing));
        }
        let changes = *self.changes();
        let read_at = Instant::now();
        let Some(stored) = load.await? else {
            self.cache.remove(sid);
            return Ok(None);
        };
        let standing = Arc::new(Standing { stored, read_at, touched: AtomicBool::new(false) });
        let now = self.changes();
        if *now == changes {
            self.cache.insert(sid.clone(), Arc::clone(&standing));
        }
        drop(now);
        Ok(Some(standing))
    }

    fn changes(&self) -> MutexGuard<'_, u64> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a session whose row was just changed. To be called after the commit.
    pub(crate) fn forget(&self, sid: &SessionId) {
        let mut changes = self.changes();
        *changes += 1;
        self.cache.remove(sid);
    }

    /// Forgets every session of a user whose row was just changed. To be called after the commit.
    pub(crate) fn forget_user(&self, user_id: &UserId) {
        let mut changes = self.changes();
        *changes += 1;
        self.cache.retain(|_, standing| standing.stored.session.user.id != *user_id);
    }

    /// Drops every session.
    pub(crate) fn forget_all(&self) {
        let mut changes = self.changes();
        *changes += 1;
        self.cache.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADA, PASSWORD};
    use crate::{sessions::new_session::NewSession, testing};

    #[tokio::test]
    async fn a_row_that_was_read_while_it_changed_is_not_kept() -> Result<(), Error> {
        let (auth, _, db) = testing::auth().await?;
        let new = NewSession::default();
        let sid = auth.sign_up(ADA, PASSWORD.into(), new).await?.expect_grant().session.id;
        let standings = Standings::new();
        let read_and_overtaken = async {
            let stored = session::load(&db, &sid).await;
            standings.forget(&sid);
            stored
        };
        assert!(standings.remembered_or(&sid, read_and_overtaken).await?.is_some());
        assert!(standings.cache.get(&sid).is_none());

        assert!(standings.get(&db, &sid).await?.is_some());
        assert!(standings.cache.get(&sid).is_some(), "undisturbed, it is");
        standings.forget(&sid);
        assert!(standings.cache.get(&sid).is_none());
        Ok(())
    }
}
