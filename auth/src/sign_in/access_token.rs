//! Access tokens of a session: minting and verifying, with the keys that are stored at this moment.

use crate::{
    error::{Error, Refusal},
    handle::facets::Sessions,
    sessions::session::Session,
    tokens::access::{AccessToken, Claims, Unverified},
};
use std::sync::Arc;

impl Sessions<'_> {
    /// Mints an access token for a session that was just granted. Its use shows that the grant has arrived.
    ///
    /// # Errors
    /// [`Error::Crypto`] where it cannot be signed.
    pub async fn access_token(self, session: &Session) -> Result<AccessToken, Error> {
        let inner = &self.auth.0;
        inner.access_tokens.mint(&inner.clock, &session.token_subject()).await
    }

    /// Verifies an access token. A token that names an unknown key causes a load of the keys, at most once a second,
    /// because another process may have made the key.
    pub(crate) async fn verify_access_token(self, token: &str) -> Result<Arc<Claims>, Refusal> {
        let (tokens, clock) = (&self.auth.0.access_tokens, &self.auth.0.clock);
        let verified = match tokens.verify(clock, token) {
            Err(Unverified::UnknownKey) if tokens.ring().may_load_unknown() => {
                // Where the database does not answer, the key stays unknown.
                if let Err(error) = self.auth.upkeep().load_signing_keys().await {
                    tracing::warn!(target: "auth", %error, "the signing keys cannot be loaded");
                }
                tokens.verify(clock, token)
            }
            verified => verified,
        };
        verified.map_err(|why| match why {
            Unverified::Refused(why) => why,
            Unverified::UnknownKey => Refusal::Forged,
        })
    }
}
