//! Where a person is signed in.

mod api;
mod page;
mod words;

pub use api::{EndOtherSessions, EndSession, ListDevices, end_other_sessions, end_session, list_devices};
pub(crate) use page::DevicesPage;
pub(super) use words::{OTHERS_SIGNED_OUT, SIGNED_OUT};

use serde::{Deserialize, Serialize};

/// A session, as its owner knows it: a browser on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedInDevice {
    /// The session's id.
    pub id: String,
    /// Its name in words: "Firefox on Linux", or an app or script.
    pub words: String,
    /// When the person signed in there, in milliseconds UTC.
    pub begun_at: i64,
    /// When it was last seen, in milliseconds UTC.
    pub last_seen_at: i64,
    /// From which address, where that is known.
    pub address: Option<String>,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// When an app or script, which stays signed in for minutes only, is signed out, in milliseconds UTC.
    pub ends_at: Option<i64>,
}
