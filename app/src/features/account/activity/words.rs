//! The words on the page of the activity, and those of each event.

use contract::{EndReason, EventKind, Words};

/// The title of the page.
pub(super) const TITLE: &str = "Activity";
/// What the page is for.
pub(super) const LEAD: &str = "What has happened to your account. If something was not you, change your password.";
/// While the list is fetched.
pub(super) const LOADING: &str = "Fetching your activity …";
/// Where there are no older events.
pub(super) const EMPTY: &str = "Nothing more.";
/// Leads to the first page.
pub(super) const NEWEST: &str = "Newest";
/// Leads to the next page.
pub(super) const OLDER: &str = "Older";
/// An event in the session that shows the page.
pub(super) const THIS_SESSION: &str = "This session";

/// Returns the name of an event of that kind, done or refused.
pub(super) fn event(kind: &str, is_refused: bool, detail: Option<&str>) -> &'static str {
    let Some(kind) = EventKind::named(kind) else { return "Something else" };
    match (kind, is_refused) {
        (EventKind::SignedUp, false) => "Account created",
        (EventKind::SignedUp, true) => "Somebody tried to create an account with your address",
        (EventKind::SignedIn, _) => "Signed in",
        (EventKind::SignInFailed, _) => "Sign-in failed",
        (EventKind::SignedOut, _) => "Signed out",
        (EventKind::SessionEnded, _) => session_ended(detail),
        (EventKind::Repeated, _) => "A lost answer was sent again",
        (EventKind::TokenReplayed, _) => "A used key came back, and its session was ended",
        (EventKind::TokenRefused, _) => "A key was refused",
        (EventKind::LinkRefused, _) => "A mailed link that no longer works was opened",
        (EventKind::Reauthenticated, false) => "Password confirmed",
        (EventKind::Reauthenticated, true) => "Wrong password when asked to confirm",
        (EventKind::PasswordChanged, false) => "Password changed",
        (EventKind::PasswordChanged, true) => "Password change refused",
        (EventKind::PasswordResetRequested, _) => "Link for a new password requested",
        (EventKind::PasswordReset, _) => "Password reset by mail",
        (EventKind::AddressVerified, false) => "Address confirmed",
        (EventKind::AddressVerified, true) => "Somebody opened the link to confirm your address, without your password",
        (EventKind::AddressChangeRequested, _) => "Change of address requested",
        (EventKind::AddressChanged, false) => "Address changed",
        (EventKind::AddressChanged, true) => "Somebody opened the link to your new address, without your password",
        (EventKind::AddressChangeCancelled, _) => "Change of address cancelled",
        (EventKind::AddressChangeUndone, _) => "Change of address undone",
        (EventKind::ProfileChanged, _) => "Profile changed",
        (EventKind::DataDownloaded, _) => "Data downloaded",
        (EventKind::AccountDeleted, false) => "Account deleted",
        (EventKind::AccountDeleted, true) => "Deletion of the account refused",
        (EventKind::CrossOriginRefused, _) => "Request from another site refused",
        (EventKind::AccessRefused, _) => "Asked for what is somebody else's, and refused",
        (EventKind::Throttled, _) => "Too many tries: the next had to wait",
        (EventKind::AccountCreated, _) => "Account created by an administrator",
        (EventKind::InvitationSent, _) => "Invitation sent by an administrator",
        (EventKind::InvitationRevoked, _) => "Invitation taken back by an administrator",
        (EventKind::InvitationAccepted, _) => "Invitation accepted, and a password chosen",
        (EventKind::AccountDisabled, _) => "Account disabled by an administrator",
        (EventKind::AccountEnabled, _) => "Account enabled by an administrator",
        (EventKind::RoleGranted, _) => "Role granted by an administrator",
        (EventKind::RoleRevoked, _) => "Role revoked by an administrator",
        (EventKind::MailGivenUp, _) => "A mail to you could not be delivered",
        // These are events of no account.
        (
            EventKind::Renewed
            | EventKind::BreachLookupFailed
            | EventKind::BackedUp
            | EventKind::RoleCreated
            | EventKind::RoleChanged
            | EventKind::RoleDeleted
            | EventKind::Restored
            | EventKind::TestMailSent
            | EventKind::SigningKeyCreated
            | EventKind::SigningKeyImported
            | EventKind::SigningKeyActivated
            | EventKind::SigningKeyRetiring
            | EventKind::SigningKeyRetired,
            _,
        ) => "Something else",
    }
}

/// Why a session ended that the person did not sign out of.
fn session_ended(why: Option<&str>) -> &'static str {
    match why.and_then(EndReason::named) {
        Some(EndReason::Superseded) => "A session gave way to a newer one",
        Some(EndReason::TooMany) => "The oldest session ended: there were too many",
        Some(EndReason::Revoked) => "Signed out from another device",
        Some(EndReason::Administrator | EndReason::Disabled) => "Signed out by an administrator",
        Some(EndReason::PasswordChanged | EndReason::PasswordReset | EndReason::AddressVerified) => {
            "Signed out by the new password"
        }
        Some(EndReason::AddressChangeUndone) => "Signed out because a change of address was undone",
        Some(EndReason::Replayed) => "Ended because a used key came back",
        Some(EndReason::SignedOut | EndReason::Restored) | None => "A session ended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_does_not_sound_done() {
        assert_eq!(event("password_changed", false, None), "Password changed");
        assert_eq!(event("password_changed", true, None), "Password change refused");
        assert_ne!(event("signed_up", true, None), event("signed_up", false, None));
    }

    #[test]
    fn the_end_of_a_session_says_why() {
        assert_eq!(event("session_ended", false, Some("revoked")), "Signed out from another device");
        assert_eq!(event("session_ended", false, Some("of a later version")), "A session ended");
        assert_eq!(event("of a later version", false, None), "Something else");
    }
}
