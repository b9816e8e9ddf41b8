//! Whether a session still stands: asked by every request, remembered for a second at most.

use crate::{
    Error,
    db::Db,
    session::{self, Stored},
};
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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
    cache: Cache<String, Arc<Standing>>,
    /// Counts what was forgotten. A row that was read before something changed may come in after it: then it is not
    /// kept.
    changes: AtomicU64,
}

impl Standings {
    pub(crate) fn new() -> Self {
        Self { cache: Cache::new(REMEMBERED), changes: AtomicU64::new(0) }
    }

    pub(crate) async fn get(&self, db: &Db, sid: &str) -> Result<Option<Arc<Standing>>, Error> {
        if let Some(standing) = self.cache.get(sid)
            && standing.read_at.elapsed() < BELIEVED_FOR
        {
            return Ok(Some(standing));
        }
        let changes = self.changes.load(Ordering::SeqCst);
        let read_at = Instant::now();
        let Some(stored) = session::load(db, sid).await? else {
            self.cache.remove(sid);
            return Ok(None);
        };
        let standing = Arc::new(Standing { stored, read_at, touched: AtomicBool::new(false) });
        self.cache.insert(sid.to_owned(), Arc::clone(&standing));
        if self.changes.load(Ordering::SeqCst) != changes {
            self.cache.remove(sid);
        }
        Ok(Some(standing))
    }

    /// Forgets a session whose row was just changed. To be called after the commit.
    pub(crate) fn forget(&self, sid: &str) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.cache.remove(sid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewSession, testing};

    #[tokio::test]
    async fn a_row_that_was_read_while_it_changed_is_not_kept() -> Result<(), Error> {
        let (auth, _, db) = testing::auth().await?;
        let new = NewSession::default();
        let sid = auth.sign_up("ada@example.com", "kettle orbit mango 42".into(), new).await?.session.id;
        let standings = Standings::new();
        let mut reading = Box::pin(standings.get(&db, &sid));
        assert!(futures::poll!(reading.as_mut()).is_pending(), "the database is being asked");
        standings.forget(&sid);
        assert!(reading.await?.is_some());
        assert!(standings.cache.get(&sid).is_none());

        assert!(standings.get(&db, &sid).await?.is_some());
        assert!(standings.cache.get(&sid).is_some(), "undisturbed, it is");
        standings.forget(&sid);
        assert!(standings.cache.get(&sid).is_none());
        Ok(())
    }
}
