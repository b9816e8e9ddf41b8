//! Forgets sessions that have ended.

use crate::{handle::Auth, sessions::end::Ended};

impl Auth {
    /// Forgets and logs sessions whose end was just committed: from here on their access tokens are refused.
    pub(crate) fn tell_ended(&self, ended: &Ended) {
        for id in &ended.ids {
            self.0.standings.forget(id);
        }
        for event in ended.events() {
            event.tell(&self.0.metrics.events);
        }
    }
}
