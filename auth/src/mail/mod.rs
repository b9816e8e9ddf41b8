//! Mail: what it says ([`Mail`], worded in `template.rs`), how it looks (`letter.rs`), and how none is lost
//! (`outbox.rs`, `delivery.rs`).

mod delivery;
mod letter;
pub(crate) mod outbox;
mod template;

pub(crate) use delivery::GIVEN_UP_AFTER;

use crate::{
    clients::{client::Device, user_agent::device_words},
    clock::Millis,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// What a mail says. Secrets are in `token` only, which is left out where a mail is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "template", content = "params", rename_all = "snake_case")]
pub(crate) enum Mail {
    /// Is this address yours?
    VerifyAddress {
        #[serde(skip)]
        token: SecretString,
    },
    /// Somebody asked for an account, or to move theirs, with an address that has one.
    AddressTaken,
    /// The link of a forgotten password.
    ResetPassword {
        #[serde(skip)]
        token: SecretString,
    },
    /// An administrator made an account for this address: choose its password.
    Invitation {
        #[serde(skip)]
        token: SecretString,
    },
    /// The password was changed by who knew it.
    PasswordChanged(Notice),
    /// The password was replaced by way of a mailed link.
    PasswordReset(Notice),
    /// To the new address: is it yours?
    ConfirmAddress {
        #[serde(skip)]
        token: SecretString,
    },
    /// To the old address: the account has another now, and the token undoes that.
    AddressChanged {
        new_address: String,
        #[serde(skip)]
        token: SecretString,
        notice: Notice,
    },
    /// To an old address that was never verified, which may be a stranger's: the account has another now.
    AddressDropped,
    /// To the address that lost the account: a change of address was undone. Without who did it, because the address may be
    /// a thief's.
    AddressChangeUndone { at: Millis },
    /// To a former address that can still take the account back: its password is another now.
    FormerPasswordChanged(Notice),
    /// To the same: the account was to be deleted, which was refused.
    DeletionRefused(Notice),
    /// A sign-in from a device that the account has not been seen on.
    NewDevice(Notice),
    /// A refresh token came a second time.
    TokenTheft(Notice),
    /// So many sign-ins failed before this one.
    ManyFailures(Notice, u32),
    /// Everything is gone.
    AccountDeleted(Notice),
    /// Mail works.
    Test,
}

impl Mail {
    /// Its secret, if it carries one.
    fn token(&self) -> Option<&SecretString> {
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

/// When something happened, and who caused it: what tells the owner whether it was them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) at: Millis,
    /// The device in words.
    pub(crate) device: String,
    /// The client's address, where known.
    pub(crate) address: Option<String>,
}

impl Notice {
    pub(crate) fn new(device: &Device, now: Millis) -> Self {
        Self { at: now, device: device_words(&device.user_agent), address: device.kept_address() }
    }
}
