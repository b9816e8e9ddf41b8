//! The request for a new session.

use crate::clients::client::Client;

/// What a sign-up or sign-in comes with, beside address and password.
#[derive(Clone, Debug, Default)]
pub struct NewSession {
    /// Whether `Keep me signed in` was ticked.
    pub remember: bool,
    /// Who asks.
    pub client: Client,
    /// The refresh token that the browser holds already. Its session ends, so that a copied cookie does not live on.
    pub presented: Option<String>,
    /// Whether the client is not a browser, and is given an access token and no cookie. Its session lives no longer than
    /// that token, is not counted with those of browsers, and makes no device known.
    pub cookieless: bool,
    /// Where the person was going: for the link that verifies their address.
    pub next: Option<String>,
}
