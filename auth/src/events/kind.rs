//! The kinds and outcomes of security events.

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// An account was made.
    SignedUp,
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried to, in vain.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// A session ended in another way; the detail is its [`crate::EndReason`].
    SessionEnded,
    /// A session was renewed. It happens all the time: logged, and kept nowhere.
    Renewed,
    /// The answer to a renewal was repeated; the detail says whether `in_time` or `late`.
    Repeated,
    /// A refresh token came a second time, and its session was ended.
    TokenReplayed,
    /// A token was refused; the detail is its kind and the reason.
    TokenRefused,
    /// A mailed link was refused; the detail is its purpose and the reason.
    LinkRefused,
    /// The password was asked for once more.
    Reauthenticated,
    /// The password was changed by who knew it.
    PasswordChanged,
    /// A link to replace the password was asked for, by whoever knew the address.
    PasswordResetRequested,
    /// The password was replaced by way of a mailed link.
    PasswordReset,
    /// The owner of the address confirmed it.
    AddressVerified,
    /// Another address was asked for.
    AddressChangeRequested,
    /// The address is another.
    AddressChanged,
    /// It is the one before again.
    AddressChangeUndone,
    /// A change that was asked for was cancelled before its confirmation.
    AddressChangeCancelled,
    /// The profile was changed.
    ProfileChanged,
    /// Everything about the account was downloaded.
    DataDownloaded,
    /// The account was deleted. Whose it was is no longer known.
    AccountDeleted,
    /// A request came from another site.
    CrossOriginRefused,
    /// Somebody asked for what is not theirs.
    AccessRefused,
    /// A mail could not be sent for so long that nobody tries any more.
    MailGivenUp,
    /// Nobody could say whether a new password was breached, so it passed; the detail is why.
    BreachLookupFailed,
    /// Too many tries: the next has to wait. Once for each wait that begins; the detail is what was tried.
    Throttled,
    /// An administrator made an account.
    AccountCreated,
    /// An administrator mailed the owner of an account an invitation.
    InvitationSent,
    /// An administrator took an invitation back.
    InvitationRevoked,
    /// The owner of an account chose the first password by way of an invitation.
    InvitationAccepted,
    /// An administrator disabled the account.
    AccountDisabled,
    /// An administrator enabled it again.
    AccountEnabled,
    /// An administrator backed the database up.
    BackedUp,
    /// The database was replaced by a backup.
    Restored,
    /// An administrator tried whether mail is sent.
    TestMailSent,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// As was asked.
    Done,
    /// It was refused.
    Refused,
}

impl EventKind {
    pub(crate) const ALL: [Self; 36] = [
        Self::SignedUp,
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::SessionEnded,
        Self::Renewed,
        Self::Repeated,
        Self::TokenReplayed,
        Self::TokenRefused,
        Self::LinkRefused,
        Self::Reauthenticated,
        Self::PasswordChanged,
        Self::PasswordResetRequested,
        Self::PasswordReset,
        Self::AddressVerified,
        Self::AddressChangeRequested,
        Self::AddressChanged,
        Self::AddressChangeUndone,
        Self::AddressChangeCancelled,
        Self::ProfileChanged,
        Self::DataDownloaded,
        Self::AccountDeleted,
        Self::CrossOriginRefused,
        Self::AccessRefused,
        Self::MailGivenUp,
        Self::BreachLookupFailed,
        Self::Throttled,
        Self::AccountCreated,
        Self::InvitationSent,
        Self::InvitationRevoked,
        Self::InvitationAccepted,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::BackedUp,
        Self::Restored,
        Self::TestMailSent,
    ];

    /// Its name in the table and in the log. Others count and alert by it: it never changes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedUp => "signed_up",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::SessionEnded => "session_ended",
            Self::Renewed => "renewed",
            Self::Repeated => "repeated",
            Self::TokenReplayed => "token_replayed",
            Self::TokenRefused => "token_refused",
            Self::LinkRefused => "link_refused",
            Self::Reauthenticated => "reauthenticated",
            Self::PasswordChanged => "password_changed",
            Self::PasswordResetRequested => "password_reset_requested",
            Self::PasswordReset => "password_reset",
            Self::AddressVerified => "address_verified",
            Self::AddressChangeRequested => "address_change_requested",
            Self::AddressChanged => "address_changed",
            Self::AddressChangeUndone => "address_change_undone",
            Self::AddressChangeCancelled => "address_change_cancelled",
            Self::ProfileChanged => "profile_changed",
            Self::DataDownloaded => "data_downloaded",
            Self::AccountDeleted => "account_deleted",
            Self::CrossOriginRefused => "cross_origin_refused",
            Self::AccessRefused => "access_refused",
            Self::Throttled => "throttled",
            Self::MailGivenUp => "mail_given_up",
            Self::BreachLookupFailed => "breach_lookup_failed",
            Self::AccountCreated => "account_created",
            Self::InvitationSent => "invitation_sent",
            Self::InvitationRevoked => "invitation_revoked",
            Self::InvitationAccepted => "invitation_accepted",
            Self::AccountDisabled => "account_disabled",
            Self::AccountEnabled => "account_enabled",
            Self::BackedUp => "backed_up",
            Self::Restored => "restored",
            Self::TestMailSent => "test_mail_sent",
        }
    }

    /// The kind of a name; `None` for one that this version does not know.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Outcome {
    /// Its name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Done, Self::Refused].into_iter().find(|outcome| outcome.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_name_of_its_own_by_which_it_is_found() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::named(kind.as_str()), Some(kind));
        }
        assert_eq!(EventKind::named("made_up"), None);
        assert_eq!(Outcome::named("done"), Some(Outcome::Done));
        assert_eq!(Outcome::named("refused"), Some(Outcome::Refused));
        assert_eq!(Outcome::named(""), None);
    }
}
