//! Loads the signing keys that this or another process stored.

use crate::{
    error::Error,
    handle::{Auth, facets::Upkeep},
    keys::signing::{
        ring::{Jwks, Keys},
        stored,
    },
};
use std::sync::Arc;
use tokio::task::spawn_blocking;

impl Upkeep<'_> {
    /// Loads the signing keys if they have changed. Before any is stored, the derived ones stay.
    ///
    /// # Errors
    /// [`Error::SigningKey`] if a key that signs cannot be opened; then the keys in memory stay.
    pub async fn load_signing_keys(self) -> Result<(), Error> {
        let inner = &self.auth.0;
        let rows = stored::load(&inner.db).await?;
        let ring = inner.access_tokens.ring();
        if rows.is_empty() || ring.keys().is_of(&rows) {
            return Ok(());
        }
        let (seal, algorithm) = (Arc::clone(&inner.key_seal), inner.config.token_algorithm);
        let opened = spawn_blocking(move || Keys::open(rows, &seal, algorithm)).await;
        ring.replace(opened.map_err(|_| Error::Interrupted)??);
        Ok(())
    }
}

impl Auth {
    /// Returns the public parts of the signing keys, for services that verify access tokens.
    pub fn jwks(&self) -> Arc<Jwks> {
        Arc::clone(self.0.access_tokens.ring().keys().jwks())
    }
}
