//! Who is asking: decided once for each request, above this crate, and read everywhere.

use crate::sessions::session::Session;

/// Who sent a request, and by which of the three ways they proved it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Asker {
    /// A client without a session.
    #[default]
    Nobody,
    /// A page load, by its refresh cookie, which was looked at and not rotated.
    Page(Session),
    /// A form posted without JavaScript, by its refresh cookie, which was rotated.
    Form(Session),
    /// A fetch, by its access token.
    Bearer(Session),
}

impl Asker {
    /// The session that asks, if any.
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::Nobody => None,
            Self::Page(session) | Self::Form(session) | Self::Bearer(session) => Some(session),
        }
    }
}
