//! Security events: their kinds and outcomes, and the reasons for which a session ends.

crate::words! {
    /// What happened. Programs count and alert by the words.
    pub enum EventKind {
        /// An account was created by its owner.
        SignedUp = "signed_up",
        /// A session began with a password.
        SignedIn = "signed_in",
        /// A sign-in was refused.
        SignInFailed = "sign_in_failed",
        /// A session was ended by its owner.
        SignedOut = "signed_out",
        /// A session ended in another way; the detail is its [`EndReason`].
        SessionEnded = "session_ended",
        /// A session was rotated. It happens all the time, so it is logged and not stored.
        Renewed = "renewed",
        /// The answer to a rotation was repeated; the detail says whether `in_time` or `late`.
        Repeated = "repeated",
        /// A refresh token was presented a second time, and its session was ended.
        TokenReplayed = "token_replayed",
        /// A token was refused; the detail is its kind and the reason.
        TokenRefused = "token_refused",
        /// A mailed link was refused; the detail is its [`LinkPurpose`](crate::LinkPurpose) and
        /// [`LinkProblem`](crate::LinkProblem).
        LinkRefused = "link_refused",
        /// The password was confirmed within a session.
        Reauthenticated = "reauthenticated",
        /// The password was changed within a session.
        PasswordChanged = "password_changed",
        /// A link to a new password was requested.
        PasswordResetRequested = "password_reset_requested",
        /// The password was replaced by a mailed link.
        PasswordReset = "password_reset",
        /// The address was confirmed by its owner.
        AddressVerified = "address_verified",
        /// A change of address was requested.
        AddressChangeRequested = "address_change_requested",
        /// The address was changed.
        AddressChanged = "address_changed",
        /// A change of address was undone.
        AddressChangeUndone = "address_change_undone",
        /// A change of address was cancelled before its confirmation.
        AddressChangeCancelled = "address_change_cancelled",
        /// The profile was changed.
        ProfileChanged = "profile_changed",
        /// Everything about the account was downloaded.
        DataDownloaded = "data_downloaded",
        /// The account was deleted. The event does not say whose it was.
        AccountDeleted = "account_deleted",
        /// A request came from another site.
        CrossOriginRefused = "cross_origin_refused",
        /// A user asked for an object of another user.
        AccessRefused = "access_refused",
        /// A mail was given up after a day of attempts.
        MailGivenUp = "mail_given_up",
        /// The list of breached passwords did not answer, so a new password passed; the detail is the reason.
        BreachLookupFailed = "breach_lookup_failed",
        /// A wait began after too many attempts; the detail is what was tried.
        Throttled = "throttled",
        /// An account was created by an administrator.
        AccountCreated = "account_created",
        /// An invitation was mailed to the owner of an account.
        InvitationSent = "invitation_sent",
        /// An invitation was taken back by an administrator.
        InvitationRevoked = "invitation_revoked",
        /// The first password of an account was chosen by way of an invitation.
        InvitationAccepted = "invitation_accepted",
        /// The account was disabled by an administrator.
        AccountDisabled = "account_disabled",
        /// The account was enabled by an administrator.
        AccountEnabled = "account_enabled",
        /// A role was created by an administrator; the detail is its name, as for all that follow.
        RoleCreated = "role_created",
        /// The permissions of a role were changed by an administrator.
        RoleChanged = "role_changed",
        /// A role was deleted by an administrator.
        RoleDeleted = "role_deleted",
        /// A role was granted to an account by an administrator.
        RoleGranted = "role_granted",
        /// A role was revoked from an account by an administrator.
        RoleRevoked = "role_revoked",
        /// The database was backed up.
        BackedUp = "backed_up",
        /// The database was replaced by a backup.
        Restored = "restored",
        /// A mail was sent to test the delivery.
        TestMailSent = "test_mail_sent",
        /// A signing key was created; the detail of this and the following is its algorithm and its name.
        SigningKeyCreated = "signing_key_created",
        /// A signing key was imported, or given by the configuration.
        SigningKeyImported = "signing_key_imported",
        /// A signing key began to sign.
        SigningKeyActivated = "signing_key_activated",
        /// A signing key ended to sign. It verifies until its last token has expired.
        SigningKeyRetiring = "signing_key_retiring",
        /// A signing key was retired: it neither signs nor verifies.
        SigningKeyRetired = "signing_key_retired",
    }
}

crate::words! {
    /// How it ended.
    pub enum Outcome {
        /// It was done.
        Done = "done",
        /// It was refused.
        Refused = "refused",
    }
}

crate::words! {
    /// Why a session ended.
    pub enum EndReason {
        /// Its owner signed out.
        SignedOut = "signed_out",
        /// The same browser signed in again.
        Superseded = "superseded",
        /// Its owner has as many newer sessions as are allowed.
        TooMany = "too_many",
        /// Its refresh token was presented a second time.
        Replayed = "replayed",
        /// Its owner ended it from another session.
        Revoked = "revoked",
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// The password was replaced by a mailed link.
        PasswordReset = "password_reset",
        /// A change of address was undone.
        AddressChangeUndone = "address_change_undone",
        /// The owner of the address confirmed it and chose another password.
        AddressVerified = "address_verified",
        /// An administrator ended it.
        Administrator = "administrator",
        /// An administrator disabled the account.
        Disabled = "disabled",
        /// The database was replaced by a backup.
        Restored = "restored",
    }
}
