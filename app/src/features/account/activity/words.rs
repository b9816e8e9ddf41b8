//! Events in words.

/// Returns the name of an event of that kind, done or refused.
pub(super) fn words(kind: &str, is_refused: bool, detail: Option<&str>) -> &'static str {
    match (kind, is_refused) {
        ("signed_up", false) => "Account created",
        ("signed_up", true) => "Somebody tried to create an account with your address",
        ("signed_in", _) => "Signed in",
        ("sign_in_failed", _) => "Sign-in failed",
        ("signed_out", _) => "Signed out",
        ("session_ended", _) => session_ended(detail),
        ("repeated", _) => "A lost answer was sent again",
        ("token_replayed", _) => "A used key came back, and its session was ended",
        ("token_refused", _) => "A key was refused",
        ("link_refused", _) => "A mailed link that no longer works was opened",
        ("reauthenticated", false) => "Password confirmed",
        ("reauthenticated", true) => "Wrong password when asked to confirm",
        ("password_changed", false) => "Password changed",
        ("password_changed", true) => "Password change refused",
        ("password_reset_requested", _) => "Link for a new password requested",
        ("password_reset", _) => "Password reset by mail",
        ("address_verified", false) => "Address confirmed",
        ("address_verified", true) => "Somebody opened the link to confirm your address, without your password",
        ("address_change_requested", _) => "Change of address requested",
        ("address_changed", false) => "Address changed",
        ("address_changed", true) => "Somebody opened the link to your new address, without your password",
        ("address_change_cancelled", _) => "Change of address cancelled",
        ("address_change_undone", _) => "Change of address undone",
        ("profile_changed", _) => "Profile changed",
        ("data_downloaded", _) => "Data downloaded",
        ("account_deleted", false) => "Account deleted",
        ("account_deleted", true) => "Deletion of the account refused",
        ("cross_origin_refused", _) => "Request from another site refused",
        ("access_refused", _) => "Asked for what is somebody else's, and refused",
        ("throttled", _) => "Too many tries: the next had to wait",
        ("account_created", _) => "Account created by an administrator",
        ("invitation_sent", _) => "Invitation sent by an administrator",
        ("invitation_revoked", _) => "Invitation taken back by an administrator",
        ("invitation_accepted", _) => "Invitation accepted, and a password chosen",
        ("account_disabled", _) => "Account disabled by an administrator",
        ("account_enabled", _) => "Account enabled by an administrator",
        ("mail_given_up", _) => "A mail to you could not be delivered",
        _ => "Something else",
    }
}

/// Why a session ended that the person did not sign out of.
fn session_ended(why: Option<&str>) -> &'static str {
    match why {
        Some("superseded") => "A session gave way to a newer one",
        Some("too_many") => "The oldest session ended: there were too many",
        Some("revoked") => "Signed out from another device",
        Some("administrator" | "disabled") => "Signed out by an administrator",
        Some("password_changed" | "password_reset" | "address_verified") => "Signed out by the new password",
        Some("address_change_undone") => "Signed out because a change of address was undone",
        Some("replayed") => "Ended because a used key came back",
        _ => "A session ended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_does_not_sound_done() {
        assert_eq!(words("password_changed", false, None), "Password changed");
        assert_eq!(words("password_changed", true, None), "Password change refused");
        assert_ne!(words("signed_up", true, None), words("signed_up", false, None));
    }

    #[test]
    fn the_end_of_a_session_says_why() {
        assert_eq!(words("session_ended", false, Some("revoked")), "Signed out from another device");
        assert_eq!(words("session_ended", false, Some("of a later version")), "A session ended");
        assert_eq!(words("of a later version", false, None), "Something else");
    }
}
