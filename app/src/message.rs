//! Messages that are shown once, on the first page after a redirect.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A message that waits in the flow for the next page. A closed set: no text of anybody's crosses a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// The person pressed `Sign out`.
    SignedOut,
    /// A form was posted after its session had ended.
    SessionEnded,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedOut => "You have signed out.",
            Self::SessionEnded => "Your session has ended. Sign in to go on.",
        })
    }
}
