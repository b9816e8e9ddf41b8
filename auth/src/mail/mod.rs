//! Mail: its kinds ([`Mail`]), its format (`letter.rs`), its queue (`outbox.rs`), and the connection to the site, which
//! has the words (`catalogue.rs`).

pub(crate) mod catalogue;
pub(crate) mod contacts;
pub(crate) mod letter;
pub(crate) mod outbox;
pub(crate) mod outcome;

use crate::{
    clients::{client::Client, user_agent::UserAgent},
    clock::Millis,
};
use contract::LinkPurpose;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// A mail: what it reports, or asks to confirm. Secrets are in `token` only, which is not serialised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "template", content = "params", rename_all = "snake_case")]
pub enum Mail {
    /// Asks to confirm an address.
    VerifyAddress {
        /// The token of the link.
        #[serde(skip)]
        token: SecretString,
    },
    /// Answers a sign-up or change of address with an address that already has an account.
    AddressTaken,
    /// Links to the choice of a new password.
    ResetPassword {
        /// The token of the link.
        #[serde(skip)]
        token: SecretString,
    },
    /// Invites to an account that an administrator created.
    Invitation {
        /// The token of the link.
        #[serde(skip)]
        token: SecretString,
    },
    /// Reports that the password was changed within a session.
    PasswordChanged(Notice),
    /// Reports that the password was reset by a mailed link.
    PasswordReset(Notice),
    /// Asks the new address of a change to confirm it.
    ConfirmAddress {
        /// The token of the link.
        #[serde(skip)]
        token: SecretString,
    },
    /// Reports a change of address to the old address, with a link that undoes the change.
    AddressChanged {
        /// The new address, in canonical form.
        new_address: String,
        /// The token of the link.
        #[serde(skip)]
        token: SecretString,
        /// The action.
        notice: Notice,
    },
    /// Reports a change of address to an old address that was never verified. It may belong to another person, so the
    /// mail cannot undo the change.
    AddressDropped,
    /// Reports to an address that it lost the account because a change was undone. The mail names no device, because
    /// this address may be a thief's.
    AddressChangeUndone {
        /// When, in milliseconds UTC.
        at: Millis,
    },
    /// Reports a change of the password to a former address that can still undo a change of address.
    FormerPasswordChanged(Notice),
    /// Reports a refused deletion of the account to a former address that can still undo a change of address.
    DeletionRefused(Notice),
    /// Reports a sign-in from a device that the account does not know.
    NewDevice(Notice),
    /// Reports that a refresh token was replayed, and its session ended.
    TokenTheft(Notice),
    /// Reports a sign-in after this many failures.
    ManyFailures(Notice, u32),
    /// Reports that the account was deleted.
    AccountDeleted(Notice),
    /// Tests the delivery of mail.
    Test,
}

impl Mail {
    /// Returns the purpose and the secret of the mail's link, if it has one.
    pub(crate) fn link(&self) -> Option<(LinkPurpose, &SecretString)> {
        match self {
            Self::VerifyAddress { token } => Some((LinkPurpose::VerifyAddress, token)),
            Self::ResetPassword { token } => Some((LinkPurpose::ResetPassword, token)),
            Self::Invitation { token } => Some((LinkPurpose::AcceptInvitation, token)),
            Self::ConfirmAddress { token } => Some((LinkPurpose::ConfirmAddress, token)),
            Self::AddressChanged { token, .. } => Some((LinkPurpose::UndoAddress, token)),
            _ => None,
        }
    }

    /// Returns the secret of the mail's link, if it has one.
    pub(crate) fn token(&self) -> Option<&SecretString> {
        self.link().map(|(_, token)| token)
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
pub struct Notice {
    /// When, in milliseconds UTC.
    pub at: Millis,
    /// The browser and its system. A mail that an earlier version stored has none.
    #[serde(default)]
    pub user_agent: UserAgent,
    /// The client's address, if known.
    pub address: Option<String>,
}

impl Notice {
    pub(crate) fn new(client: &Client, now: Millis) -> Self {
        Self { at: now, user_agent: UserAgent::parse(&client.user_agent), address: client.kept_address() }
    }
}
