//! Mailed links that are refused, counted by client address in memory, as forged refresh tokens are: a guess at 256 bits
//! is hopeless, and its refusal must cost no write.

use crate::{
    clients::client::Device,
    error::Error,
    events::{event::Event, kind::EventKind},
    handle::Auth,
    throttle::MAILED_LINK,
};

impl Auth {
    /// Returns nothing where mailed links from the address of `device` may be looked at.
    ///
    /// # Errors
    /// [`Error::Throttled`] where too many were refused.
    pub(crate) fn let_link_through(&self, device: &Device) -> Result<(), Error> {
        let now = self.0.clock.now();
        match device.address.map_or(0, |address| self.0.refused_links.wait(address, now)) {
            0 => Ok(()),
            retry_after => Err(self.throttled(MAILED_LINK, retry_after)),
        }
    }

    /// Counts a link that was refused.
    pub(crate) fn count_refused_link(&self, device: &Device) {
        let Some(address) = device.address else { return };
        if self.0.refused_links.count(address, self.0.clock.now()) {
            self.0.effects.metrics.throttle_waits.count(MAILED_LINK);
            self.record(&Event::refused(EventKind::Throttled).device(device).detail(MAILED_LINK));
        }
    }
}
