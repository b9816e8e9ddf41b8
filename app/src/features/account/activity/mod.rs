//! The events of an account.

mod api;
mod page;
mod words;

pub use api::{ListActivity, list_activity};
pub(crate) use page::ActivityPage;

use serde::{Deserialize, Serialize};

/// A security event, as the person it happened to sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// A `UUIDv7`.
    pub id: String,
    /// When, in milliseconds UTC.
    pub at: i64,
    /// What, as a constant for programs.
    pub kind: String,
    /// Whether it was refused.
    pub is_refused: bool,
    /// By which device: "Firefox on Linux".
    pub device: Option<String>,
    /// From which address.
    pub address: Option<String>,
    /// A detail, as a constant that depends on the kind.
    pub detail: Option<String>,
    /// Whether it happened in the session that asks.
    pub is_this_session: bool,
}

/// Some events, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Events {
    /// The events.
    pub events: Vec<Event>,
    /// Whether there are older ones.
    pub has_older: bool,
}
