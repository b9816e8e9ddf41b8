//! Mailed links: their purposes, their lifetimes, and the reasons for which they do not work.

use serde::{Deserialize, Serialize};

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

crate::words! {
    /// The one purpose of a mailed link.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum LinkPurpose {
        /// Confirms the address of an account.
        VerifyAddress = "verify_address",
        /// Sets a new password.
        ResetPassword = "reset_password",
        /// Sets the first password of an account that an administrator created.
        AcceptInvitation = "accept_invitation",
        /// Gives an account the address that the link was sent to.
        ConfirmAddress = "confirm_address",
        /// Gives an account its former address back, to which the link was sent.
        UndoAddress = "undo_address",
    }
}

impl LinkPurpose {
    /// Returns how long a link works, in milliseconds, from the moment at which a mail server accepted its mail.
    pub const fn lifetime(self) -> i64 {
        match self {
            Self::VerifyAddress | Self::ConfirmAddress => DAY,
            Self::ResetPassword => 10 * MINUTE,
            Self::AcceptInvitation => 7 * DAY,
            Self::UndoAddress => 3 * DAY,
        }
    }
}

crate::words! {
    /// Why a mailed link does not work.
    pub enum LinkProblem {
        /// It was used: each link works once.
        Used = "used",
        /// Its lifetime is over.
        Expired = "expired",
        /// A newer link was mailed, or the account has changed since.
        Superseded = "superseded",
        /// No such link was mailed for this purpose, or too long ago.
        Unknown = "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::LinkPurpose;
    use crate::Words;

    #[test]
    fn a_purpose_is_its_word_on_the_wire_too() {
        for purpose in LinkPurpose::ALL {
            let json = serde_json::to_string(purpose).expect("JSON");
            assert_eq!(json, format!("\"{}\"", purpose.as_str()));
            assert_eq!(serde_json::from_str::<LinkPurpose>(&json).ok(), Some(*purpose));
        }
    }
}
