//! Looks a new password up among breached ones.

use crate::{events::event::Event, handle::Auth};
use contract::EventKind;
use secrecy::SecretString;

impl Auth {
    /// Returns whether a new password is known to have appeared in a breach. A list that cannot be reached is an event.
    pub(crate) async fn is_breached(&self, password: &SecretString) -> bool {
        let Some(breached) = &self.0.config.breached_passwords else { return false };
        breached.hold(password).await.unwrap_or_else(|problem| {
            tracing::warn!(target: "auth", %problem, "a new password was not looked up among breached ones");
            self.record(&Event::refused(EventKind::BreachLookupFailed).detail(problem.as_str()));
            false
        })
    }
}
