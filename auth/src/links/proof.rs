//! What a mailed link takes beside it: a proof that the account, too, belongs to its holder.
//!
//! A link proves that its holder reads a mailbox. It does not prove that they own the account: another person may have
//! made that account with their address, and may wait for them to press the button.

use crate::{
    accounts::user::{self, Credentials, User},
    clients::client::Client,
    error::{Error, LinkProblem, Violation},
    events::event::Event,
    handle::{Auth, facets::Links},
    passwords::hash::Verified,
    sessions::session::Session,
    tokens::mailed_link::SeenLink,
};
use contract::EventKind;
use secrecy::SecretString;

/// What comes with a link that verifies an address or confirms a new one.
#[derive(Clone, Debug)]
pub enum LinkProof {
    /// Nothing, which is refused.
    Nothing,
    /// The session that asks. It proves the account that it belongs to.
    Session(Session),
    /// The account's password.
    Password(SecretString),
    /// A new password. Only a link that verifies an address takes it, and only where that comes before the first sign-in
    /// ([`crate::Config::require_verified_email`]). It ends every session and voids every other link.
    NewPassword(SecretString),
}

impl Links<'_> {
    /// The account that a link is about, as it is now.
    ///
    /// # Errors
    /// [`Error::Link`] where it was disabled or deleted, [`Error::Database`].
    pub async fn account(self, link: &SeenLink) -> Result<User, Error> {
        self.auth.credentials_of(link).await.map(User::from)
    }
}

impl Auth {
    async fn credentials_of(&self, link: &SeenLink) -> Result<Credentials, Error> {
        let account = user::by_id(&self.0.db, &link.user_id).await?.filter(|account| account.disabled_at.is_none());
        account.ok_or(Error::Link(LinkProblem::Superseded))
    }

    /// Nothing, where `proof` shows that the account of `link` belongs to its holder. A refusal is an event of `kind`.
    ///
    /// # Errors
    /// [`Error::Link`] where the account was disabled or deleted; [`Error::Invalid`] with [`Violation::CurrentPassword`]
    /// where `proof` does not show it; [`Error::Throttled`] where the password was guessed at too often; [`Error::Busy`],
    /// [`Error::Database`].
    pub(crate) async fn require_link_proof(
        &self,
        link: &SeenLink,
        proof: LinkProof,
        kind: EventKind,
        client: &Client,
    ) -> Result<(), Error> {
        let account = self.credentials_of(link).await?;
        let proves = match proof {
            LinkProof::Nothing | LinkProof::NewPassword(_) => false,
            LinkProof::Session(session) => session.user.id == account.id,
            LinkProof::Password(password) => {
                let (admitted, tried) = self.try_password(&account.id, None, client).await?;
                let is_right = self.verify_current(admitted, &account, password, client).await? != Verified::Wrong;
                if is_right {
                    self.forgive(&tried).await?;
                }
                is_right
            }
        };
        if proves {
            return Ok(());
        }
        let refused = Event::refused(kind).user(&account.id).client(client);
        self.record(&refused.detail("no_proof"));
        Err(Error::Invalid(vec![Violation::CurrentPassword]))
    }
}
