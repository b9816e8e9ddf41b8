//! Messages that are shown once, on the first page after a redirect.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A message that waits in the flow for the next page. A closed set: no text of anybody's crosses a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// The person pressed `Sign out`.
    SignedOut,
    /// The person pressed `Sign out`, and the server could not end the session.
    SessionNotEnded,
    /// The person signed in, and the browser did not keep the cookie.
    CookieNotKept,
    /// A form was posted after its session had ended.
    SessionEnded,
    /// The person chose a new password by a mailed link.
    PasswordReset,
    /// The person accepted an invitation.
    InvitationAccepted,
    /// The person pressed `Send again`.
    VerificationSent,
    /// The person confirmed their address by a mailed link.
    AddressVerified,
    /// A mail went to the address that is to be the account's.
    AddressChangeSent,
    /// The new address was confirmed by a mailed link.
    AddressChanged,
    /// A change of address was undone by a mailed link.
    AddressRestored,
    /// The person pressed `Cancel`.
    AddressChangeCancelled,
    /// The same as [`Message::PasswordReset`], of another account than the one that is signed in.
    OtherPasswordReset,
    /// The same as [`Message::AddressVerified`], of another account.
    OtherAddressVerified,
    /// The same as [`Message::AddressChanged`], of another account.
    OtherAddressChanged,
    /// The same as [`Message::AddressRestored`], of another account.
    OtherAddressRestored,
    /// The person gave their password anew, because a form asked for it.
    Reauthenticated,
    /// The person's name is stored.
    NameSaved,
    /// The password is another one.
    PasswordChanged,
    /// The session of one other device has ended.
    DeviceSignedOut,
    /// The sessions of all other devices have ended.
    OthersSignedOut,
    /// The account is gone.
    AccountDeleted,
}

impl Message {
    /// The same, said to a person whose account it is not about.
    #[must_use]
    pub fn of_another(self) -> Self {
        match self {
            Self::PasswordReset | Self::InvitationAccepted => Self::OtherPasswordReset,
            Self::AddressVerified => Self::OtherAddressVerified,
            Self::AddressChanged => Self::OtherAddressChanged,
            Self::AddressRestored => Self::OtherAddressRestored,
            message => message,
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedOut => "You have signed out.",
            Self::SessionNotEnded => {
                "This browser has signed you out, but the server could not end your session. It ends by itself when it is \
                 not used. To end it now, sign in again and sign it out on the page Devices."
            }
            Self::CookieNotKept => {
                "Your browser did not keep the cookie that signs you in. Allow cookies for this site, then sign in again."
            }
            Self::SessionEnded => "Your session has ended. Sign in to go on.",
            Self::PasswordReset => "Your new password is set. Sign in with it.",
            Self::InvitationAccepted => "Your password is set. Sign in with it.",
            Self::VerificationSent => "A new mail is on its way. The link in it works for 24 hours.",
            Self::AddressVerified => "Your address is confirmed.",
            Self::AddressChangeSent => "Follow the link in the mail that we have sent to the new address.",
            Self::AddressChanged => "The new address is confirmed. Sign in with it from now on.",
            Self::AddressRestored => "Your address is what it was, and your new password is set. Sign in with them.",
            Self::AddressChangeCancelled => "The change of address is cancelled. Its link no longer works.",
            Self::OtherPasswordReset => {
                "The new password is set. It is that of another account than yours, which stays as it is."
            }
            Self::OtherAddressVerified => {
                "The address is confirmed. It is that of another account than yours, which stays as it is."
            }
            Self::OtherAddressChanged => {
                "The new address is confirmed. It is that of another account than yours, which stays as it is."
            }
            Self::OtherAddressRestored => {
                "The address is what it was, and the new password is set. They are those of another account than yours, which stays as it is."
            }
            Self::Reauthenticated => "Thank you. You can go on where you were.",
            Self::NameSaved => "Your name is saved.",
            Self::PasswordChanged => "Your password is changed. Every other device is signed out.",
            Self::DeviceSignedOut => "That device is signed out.",
            Self::OthersSignedOut => "Every other device is signed out.",
            Self::AccountDeleted => "Your account is deleted.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn what_a_mailed_link_did_is_worded_for_a_person_of_another_account() {
        for message in [
            Message::PasswordReset,
            Message::InvitationAccepted,
            Message::AddressVerified,
            Message::AddressChanged,
            Message::AddressRestored,
        ] {
            assert!(message.of_another().to_string().contains("another account"), "{message}");
        }
    }
}
