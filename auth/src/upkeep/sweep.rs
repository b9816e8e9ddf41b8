//! Removes rows that are over.

use crate::{clients, error::Error, handle::facets::Upkeep, mail, storage, throttle, tokens};

impl Upkeep<'_> {
    /// Removes one batch each of sessions that were over a day ago, events that are older than they are kept, mails and
    /// mailed links that were done with a week ago, tries that nobody added to for a week, and devices that nobody has
    /// signed in on for [`DEVICE_KNOWN_FOR`]; gives how many. Call again while it gives any.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep(self) -> Result<u64, Error> {
        let (db, now) = (&self.auth.0.db, self.auth.0.clock.now());
        let sessions = storage::sweep::sessions(db, now).await?;
        let events = storage::sweep::events(db, now - self.auth.0.config.events_kept_for).await?;
        let events = events + storage::sweep::strangers_refusals(db).await?;
        let mails = mail::outbox::sweep(db, now).await? + tokens::mailed_link::sweep(db, now).await?;
        let tries = throttle::counters::sweep(db, now).await?;
        Ok(sessions + events + mails + tries + clients::known_device::sweep(db, now).await?)
    }
}
