//! The request for a new session.

use crate::{clients::client::Client, sessions::kind::SessionKind};

/// What a sign-up or sign-in comes with, beside address and password.
#[derive(Clone, Debug, Default)]
pub struct NewSession {
    /// Whether `Keep me signed in` was ticked.
    pub remember: bool,
    /// Who asks.
    pub client: Client,
    /// The refresh token that the browser holds already. Its session ends, so that a copied cookie does not live on.
    pub presented: Option<String>,
    /// The kind of client. Only a browser becomes a known device, and each kind is counted on its own.
    pub kind: SessionKind,
    /// Where the person was going: for the link that verifies their address.
    pub next: Option<String>,
}
