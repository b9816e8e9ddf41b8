//! Which refresh tokens have demonstrably reached their client.
//!
//! A client that presents the token before the current one may have lost the answer that brought it. Once the current
//! token was seen in use, it has not: then the older token is a copy.

use crate::ids::SessionId;
use quick_cache::sync::Cache;

/// Sessions that are remembered, each with its newest generation. Of one that is not, a late repeat is granted as
/// before.
const REMEMBERED: usize = 16_384;

/// The newest generation of each session that was seen in use, in the memory of this process.
pub(crate) struct DeliveredTokens(Cache<SessionId, i64>);

impl DeliveredTokens {
    pub(crate) fn new() -> Self {
        Self(Cache::new(REMEMBERED))
    }

    /// Records that a client used `generation`, or an access token that was minted with it. Of two records at the same
    /// moment the older may stay: the next use repeats the newer one.
    pub(crate) fn record(&self, sid: &SessionId, generation: i64) {
        if !self.has(sid, generation) {
            self.0.insert(sid.clone(), generation);
        }
    }

    /// Whether a client has used `generation` of the session, or a newer one.
    pub(crate) fn has(&self, sid: &SessionId, generation: i64) -> bool {
        self.0.get(sid).is_some_and(|newest| newest >= generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_generation_of_each_session_is_remembered() {
        let delivered = DeliveredTokens::new();
        assert!(!delivered.has(&"ada's".into(), 0));
        delivered.record(&"ada's".into(), 3);
        delivered.record(&"ada's".into(), 1);
        assert!(delivered.has(&"ada's".into(), 3) && delivered.has(&"ada's".into(), 2));
        assert!(!delivered.has(&"ada's".into(), 4) && !delivered.has(&"bob's".into(), 0));
    }

    #[test]
    fn no_more_sessions_are_remembered_than_the_bound() {
        let delivered = DeliveredTokens::new();
        for sid in 0..2 * REMEMBERED {
            delivered.record(&sid.to_string().into(), 1);
        }
        assert!(delivered.0.len() <= REMEMBERED);
    }
}
