//! Measures what is not counted as it happens: how much waits.

use crate::{handle::facets::Upkeep, mail::outbox};

impl Upkeep<'_> {
    /// Measures what is of interest only at the moment when somebody looks: how many passwords and mails wait. What
    /// cannot be known now is not a number.
    pub async fn measure(self) {
        self.auth.0.hasher.measure();
        let waiting = outbox::waiting(&self.auth.0.db).await;
        self.auth.0.effects.metrics.mails_waiting.set(waiting.map_or(f64::NAN, f64::from));
    }
}
