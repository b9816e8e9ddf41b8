//! Requests for mailed links.

use crate::{accounts::email::EmailAddress, clients::client::Device};

/// Who asks for a mailed link, and where they were going.
#[derive(Clone, Debug, Default)]
pub struct LinkRequest {
    /// Who asks.
    pub device: Device,
    /// Where they were going.
    pub next: Option<String>,
}

impl From<Device> for LinkRequest {
    fn from(device: Device) -> Self {
        Self { device, next: None }
    }
}

impl From<&Device> for LinkRequest {
    fn from(device: &Device) -> Self {
        device.clone().into()
    }
}

/// A request for a link that resets the password of the account with an address.
pub(crate) struct ResetRequest {
    pub(crate) address: EmailAddress,
    pub(crate) request: LinkRequest,
}
