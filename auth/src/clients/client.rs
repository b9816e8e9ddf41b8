//! The client that a request came from, and what is kept of it.

use crate::clients::known_device::DeviceToken;
use std::net::IpAddr;

/// The longest user agent that is kept, in characters.
const USER_AGENT_MAX: usize = 256;

/// The client that a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// Its `User-Agent` header; empty where it sent none.
    pub user_agent: String,
    /// Its address, where known: the queue before the password hash is shared out by it.
    pub address: Option<IpAddr>,
    /// What its device cookie holds, by which an account may know it.
    pub token: Option<DeviceToken>,
}

impl Client {
    /// The user agent, cut to what is kept and compared.
    pub(crate) fn kept_user_agent(&self) -> String {
        self.user_agent.chars().filter(|character| !character.is_control()).take(USER_AGENT_MAX).collect()
    }

    /// The address as it is kept.
    pub(crate) fn kept_address(&self) -> Option<String> {
        self.address.map(|address| address.to_canonical().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_sends_is_cut_and_cleaned() {
        let user_agent = format!("\u{0}{}\r\n", "ä".repeat(1000));
        let client =
            Client { user_agent, address: Some(IpAddr::from([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0207])), token: None };
        assert_eq!(client.kept_user_agent(), "ä".repeat(256));
        assert_eq!(client.kept_address().as_deref(), Some("192.0.2.7"), "the same address, however it came");
        let unknown = Client::default();
        assert_eq!((unknown.kept_user_agent(), unknown.kept_address()), (String::new(), None));
    }
}
