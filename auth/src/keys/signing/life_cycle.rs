//! The life cycle of a signing key.

use crate::clock::{MINUTE, Millis};

/// How long a service may keep the published keys before it asks again, in milliseconds.
pub const JWKS_LIFETIME: Millis = 5 * MINUTE;

/// How long a key is published before it signs. One lifetime is for the services that verify, the other for nodes that
/// have not loaded the key yet.
pub(crate) const PUBLISHED_AHEAD: Millis = 2 * JWKS_LIFETIME;

/// How long a key verifies beyond the life of its last token. A node that has not loaded its successor yet signs with it.
pub(crate) const RETIREMENT_SLACK: Millis = JWKS_LIFETIME;

/// Where a signing key is in its life. Times are milliseconds, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeCycle {
    /// Published, and verifies. Does not sign yet.
    Upcoming {
        /// The earliest time at which it signs.
        signs_from: Millis,
    },
    /// Signs and verifies.
    Active {
        /// When it began to sign.
        since: Millis,
    },
    /// Published, and verifies. Signs no more.
    Retiring {
        /// When the last token that it signed has expired.
        until: Millis,
    },
    /// Neither signs nor verifies. Its private part is erased.
    Retired {
        /// When it was retired.
        at: Millis,
    },
}

impl LifeCycle {
    /// Returns whether a token that the key signed is accepted at `now`.
    pub fn verifies(self, now: Millis) -> bool {
        match self {
            Self::Upcoming { .. } | Self::Active { .. } => true,
            Self::Retiring { until } => now < until,
            Self::Retired { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_verifies_until_its_last_token_has_expired() {
        assert!(LifeCycle::Upcoming { signs_from: 9 }.verifies(1) && LifeCycle::Active { since: 0 }.verifies(1));
        let retiring = LifeCycle::Retiring { until: 10 };
        assert_eq!([9, 10].map(|now| retiring.verifies(now)), [true, false]);
        assert!(!LifeCycle::Retired { at: 10 }.verifies(5));
    }
}
