//! The reasons for which a session ends.

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The person signed out.
    SignedOut,
    /// The same browser signed in anew.
    Superseded,
    /// The user has newer ones, as many as are allowed.
    TooMany,
    /// A refresh token came a second time.
    Replayed,
    /// The person ended it from another of their sessions.
    Revoked,
    /// The password was changed.
    PasswordChanged,
    /// The password was replaced by way of a mailed link.
    PasswordReset,
    /// A change of address was undone.
    AddressChangeUndone,
    /// The owner of the address confirmed it and set a password of their own.
    AddressVerified,
    /// An administrator ended it.
    Administrator,
    /// An administrator disabled the account.
    Disabled,
    /// The database was replaced by a backup.
    Restored,
}

impl EndReason {
    /// As it stands in the row and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Superseded => "superseded",
            Self::TooMany => "too_many",
            Self::Replayed => "replayed",
            Self::Revoked => "revoked",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::AddressChangeUndone => "address_change_undone",
            Self::AddressVerified => "address_verified",
            Self::Administrator => "administrator",
            Self::Disabled => "disabled",
            Self::Restored => "restored",
        }
    }
}
