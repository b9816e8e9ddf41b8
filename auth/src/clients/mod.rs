//! Who sends a request: address, user agent and known device.

pub(crate) mod client;
pub(crate) mod known_device;
pub(crate) mod network;
pub(crate) mod user_agent;
pub(crate) mod voucher;
