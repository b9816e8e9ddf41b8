//! Requests for mailed links.

use crate::{accounts::email::EmailAddress, clients::client::Client};
use tracing::Span;

/// Who asks for a mailed link, and where they were going.
#[derive(Clone, Debug, Default)]
pub struct LinkRequest {
    /// Who asks.
    pub client: Client,
    /// Where they were going.
    pub next: Option<String>,
}

impl From<Client> for LinkRequest {
    fn from(client: Client) -> Self {
        Self { client, next: None }
    }
}

impl From<&Client> for LinkRequest {
    fn from(client: &Client) -> Self {
        client.clone().into()
    }
}

/// A request for a link that resets the password of the account with an address.
pub(crate) struct ResetRequest {
    pub(crate) address: EmailAddress,
    pub(crate) request: LinkRequest,
    /// The span of the request, for what is logged after its answer.
    pub(crate) span: Span,
}
