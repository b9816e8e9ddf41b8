//! Seals what a browser keeps for its next page (a flash), so that a client can neither read nor make one.

use crate::{error::Error, handle::Auth};
use secrecy::ExposeSecret;

/// What a flash is bound to: nothing but being one.
const BOUND_TO: &str = "flash";

impl Auth {
    /// Seals `text` for a cookie.
    ///
    /// # Errors
    /// [`Error::Crypto`] where it cannot be sealed.
    pub fn seal_flash(&self, text: &str) -> Result<String, Error> {
        self.0.flash_sealer.seal(&text.into(), BOUND_TO)
    }

    /// Opens what [`Auth::seal_flash`] sealed; `None` where it was changed, or sealed under a secret that is gone.
    pub fn open_flash(&self, sealed: &str) -> Option<String> {
        self.0.flash_sealer.open(sealed, BOUND_TO).ok().map(|text| text.expose_secret().to_owned())
    }
}
