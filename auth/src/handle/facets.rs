//! The groups of operations that the handle offers: `auth.sessions()`, `auth.links()` and so on.
//!
//! A facet borrows the handle and has no state of its own. The operations are in the rooms after this one, beside the
//! rules that they apply. Signing up, in and out is on [`Auth`] itself; an administrator's operations are those of
//! [`crate::Administration`].

use crate::{handle::Auth, sessions::session::Session};

/// Operations on sessions: authenticating a request by its token, refreshing, listing and ending.
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'a> {
    pub(crate) auth: &'a Auth,
}

/// Operations on mailed links: requesting a reset, reading a link, and redeeming one.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    pub(crate) auth: &'a Auth,
}

/// Operations of signed-in people on their own account. Each acts for the session that it was made with.
#[derive(Clone, Copy, Debug)]
pub struct OwnAccount<'a> {
    pub(crate) auth: &'a Auth,
    pub(crate) session: &'a Session,
}

/// Operations of a worker that delivers mail.
#[derive(Clone, Copy, Debug)]
pub struct Outbox<'a> {
    pub(crate) auth: &'a Auth,
}

/// Operations that a server repeats in the background.
#[derive(Clone, Copy, Debug)]
pub struct Upkeep<'a> {
    pub(crate) auth: &'a Auth,
}

impl Auth {
    /// Returns the operations on sessions.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions { auth: self }
    }

    /// Returns the operations on mailed links.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links { auth: self }
    }

    /// Returns the operations on the account of `session`.
    #[must_use]
    pub fn account<'a>(&'a self, session: &'a Session) -> OwnAccount<'a> {
        OwnAccount { auth: self, session }
    }

    /// Returns the operations of a worker that delivers mail.
    #[must_use]
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox { auth: self }
    }

    /// Returns the operations that a server repeats in the background.
    #[must_use]
    pub fn upkeep(&self) -> Upkeep<'_> {
        Upkeep { auth: self }
    }
}
