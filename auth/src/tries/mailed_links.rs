//! Mailed links that are refused, counted by client address in memory, as forged refresh tokens are: a guess at 256 bits
//! is hopeless, and its refusal must cost no write.

use crate::{clients::client::Client, error::Error, events::event::Event, handle::Auth, throttle::MAILED_LINK};
use contract::EventKind;

impl Auth {
    /// Returns nothing where mailed links from the address of `device` may be looked at.
    ///
    /// # Errors
    /// [`Error::Throttled`] where too many were refused.
    pub(crate) fn let_link_through(&self, client: &Client) -> Result<(), Error> {
        let now = self.0.clock.now();
        match client.address.map_or(0, |address| self.0.refused_links.wait(address, now)) {
            0 => Ok(()),
            retry_after => Err(self.throttled(MAILED_LINK, retry_after)),
        }
    }

    /// Counts a link that was refused.
    pub(crate) fn count_refused_link(&self, client: &Client) {
        let Some(address) = client.address else { return };
        if self.0.refused_links.count(address, self.0.clock.now()) {
            self.0.effects.metrics.throttle_waits.count(MAILED_LINK);
            self.record(&Event::refused(EventKind::Throttled).client(client).detail(MAILED_LINK));
        }
    }
}
