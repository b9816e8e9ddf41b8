//! Mail: its kinds ([`Mail`]), its words (`template.rs`), its format (`letter.rs`), and its queue (`outbox.rs`).

pub(crate) mod contacts;
mod letter;
pub(crate) mod outbox;
pub(crate) mod outcome;
pub(crate) mod template;

use crate::{
    clients::{client::Client, user_agent::device_words},
    clock::Millis,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// The contents of a mail. Secrets are in `token` only, which is not serialised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "template", content = "params", rename_all = "snake_case")]
pub(crate) enum Mail {
    /// Asks to confirm an address.
    VerifyAddress {
        #[serde(skip)]
        token: SecretString,
    },
    /// Sign-up or change of address with an address that already has an account.
    AddressTaken,
    /// Link to a new password.
    ResetPassword {
        #[serde(skip)]
        token: SecretString,
    },
    /// Invitation to an account that an administrator created.
    Invitation {
        #[serde(skip)]
        token: SecretString,
    },
    /// The password was changed by a signed-in person.
    PasswordChanged(Notice),
    /// The password was reset by a mailed link.
    PasswordReset(Notice),
    /// To the new address of a change: asks to confirm it.
    ConfirmAddress {
        #[serde(skip)]
        token: SecretString,
    },
    /// To the old address of a change: the token undoes the change.
    AddressChanged {
        new_address: String,
        #[serde(skip)]
        token: SecretString,
        notice: Notice,
    },
    /// To an old address that was never verified: it may belong to another person, so the mail cannot undo the change.
    AddressDropped,
    /// To the address that lost the account because a change was undone. The mail names no device, because this address
    /// may be a thief's.
    AddressChangeUndone { at: Millis },
    /// To a former address that can still undo a change: the password was changed.
    FormerPasswordChanged(Notice),
    /// To a former address that can still undo a change: a deletion of the account was refused.
    DeletionRefused(Notice),
    /// Sign-in from a device that the account does not know.
    NewDevice(Notice),
    /// A refresh token was replayed, and its session ended.
    TokenTheft(Notice),
    /// A sign-in after this many failures.
    ManyFailures(Notice, u32),
    /// The account was deleted.
    AccountDeleted(Notice),
    /// Test of mail delivery.
    Test,
}

impl Mail {
    /// Returns the secret of a mail with a link.
    pub(crate) fn token(&self) -> Option<&SecretString> {
        match self {
            Self::VerifyAddress { token }
            | Self::ResetPassword { token }
            | Self::Invitation { token }
            | Self::ConfirmAddress { token }
            | Self::AddressChanged { token, .. } => Some(token),
            _ => None,
        }
    }

    fn token_mut(&mut self) -> Option<&mut SecretString> {
        match self {
            Self::VerifyAddress { token }
            | Self::ResetPassword { token }
            | Self::Invitation { token }
            | Self::ConfirmAddress { token }
            | Self::AddressChanged { token, .. } => Some(token),
            _ => None,
        }
    }
}

/// Time, device and address of an action, by which the owner can recognise it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) at: Millis,
    /// The device in words, such as `Firefox on Linux`.
    pub(crate) device: String,
    /// The client's address, if known.
    pub(crate) address: Option<String>,
}

impl Notice {
    pub(crate) fn new(client: &Client, now: Millis) -> Self {
        Self { at: now, device: device_words(&client.user_agent), address: client.kept_address() }
    }
}
