//! Change of address: the new one confirms it, the old one is told and can undo it.

use crate::{
    accounts::{
        email::EmailAddress,
        user::{self, User},
    },
    clients::client::Client,
    error::{Error, Refusal, Violation},
    events::event::Event,
    handle::facets::{Links, OwnAccount},
    links::{
        holder::{LinkHolder, Redeemed},
        proof::LinkProof,
    },
    mail::{Mail, Notice},
    recovery::former_address,
    tokens::mailed_link::{self, AddressChange, LinkPurpose, Undo},
};
use contract::{EmailProblem, EndReason, EventKind};
use secrecy::SecretString;

impl OwnAccount<'_> {
    /// Asks for another address: mails a link to it that confirms the change, and changes nothing yet. Whoever asks
    /// does not learn whether the address is taken; its owner is told by mail.
    ///
    /// # Errors
    /// [`Error::ReauthenticationRequired`] where the session's proof is not recent, [`Error::Invalid`] where it is no
    /// address, or the account's own; [`Error::Unauthenticated`] where the account is gone, [`Error::Throttled`],
    /// [`Error::Database`].
    pub async fn request_address_change(self, new: &str, client: &Client) -> Result<(), Error> {
        let Self { auth, session } = self;
        auth.require_recent(session)?;
        let address = EmailAddress::parse(new).map_err(invalid)?;
        // Counted by recipient: many accounts together cannot flood one mailbox.
        auth.try_mail(address.as_str(), Some(&session.user.id), client).await?;
        let now = auth.0.clock.now();
        let mut change = auth.change(now).await?;
        let user = user::hold_enabled(&mut change, &session.user.id).await?;
        let user = user.ok_or(Error::Unauthenticated(Refusal::NoSession))?;
        if user.email == address.as_str() {
            return Err(invalid(EmailProblem::Taken));
        }
        auth.put_confirmation(&mut change, &user, &address).await?;
        let event = Event::done(EventKind::AddressChangeRequested).of(session).client(client);
        change.event(&event).await?;
        change.commit().await?;
        Ok(())
    }
}

impl Links<'_> {
    /// Uses the link that confirms a new address: the account has it from now on, and it is verified. Beside the link it
    /// takes a proof that the account belongs to its holder. The old address is told; where it was verified, with a link
    /// that undoes the change for 72 hours. Every other link is void. Sessions go on.
    ///
    /// An old address that was never verified may be a stranger's. It gets no such link, keeps no claim to the account or
    /// to the address, and does not learn the new one.
    ///
    /// # Errors
    /// [`Error::Link`] where the link does not work; [`Error::Invalid`] with [`Violation::CurrentPassword`] where nothing
    /// proves the account (the link works on then), or where another account has the address by now; [`Error::Throttled`]
    /// where the password was guessed at too often; [`Error::Busy`], [`Error::Database`].
    pub async fn confirm_address_change(self, token: &str, proof: LinkProof, client: &Client) -> Result<User, Error> {
        let link = self.auth.open_link::<AddressChange>(token, client).await?;
        self.auth.require_link_proof(&link.seen, proof, EventKind::AddressChanged, client).await?;
        let address = EmailAddress::parse_existing(&link.seen.address).map_err(invalid)?;
        let now = self.auth.0.clock.now();
        let mut change = self.auth.change(now).await?;
        let before = self.auth.redeem(&mut change, &link, client).await?;
        let holder = mailed_link::holder_beside(&mut change, Some(&before.id), &address, now).await?;
        if holder.is_some() || !user::set_email(&mut change, &before.id, &address, now).await? {
            return Err(invalid(EmailProblem::Taken));
        }
        mailed_link::void_all_but_undo(&mut change, &before.id, now).await?;
        let mail = if before.verified_at.is_some() {
            let token =
                mailed_link::issue(&mut change, LinkPurpose::UndoAddress, &before.id, &before.email, now).await?;
            Mail::AddressChanged { new_address: address.to_string(), token, notice: Notice::new(client, now) }
        } else {
            Mail::AddressDropped
        };
        change.mail(&before.email, Some(&before.id), &mail).await?;
        let event = Event::done(EventKind::AddressChanged).user(&before.id).client(client);
        change.event(&event).await?;
        change.forget_user(&before.id);
        change.commit().await?;
        Ok(User { email: address.to_string(), verified_at: Some(now), ..before })
    }

    /// Uses the link that undoes a change of address: the account has the address back that the link was sent to, and
    /// a new password; every session ends, and every other link is void, but for those that undo an earlier change. The
    /// address that loses the account is told, and so is each former one that loses its way back.
    /// Starts no session. Returns the account as it is then.
    ///
    /// # Errors
    /// [`Error::Link`] where the link does not work, [`Error::Invalid`] where the password is not good enough (the link
    /// works on then) or another account has the address; [`Error::Busy`], [`Error::Database`].
    pub async fn undo_address_change(
        self,
        token: &str,
        new_password: SecretString,
        holder: impl Into<LinkHolder<'_>>,
    ) -> Result<Redeemed, Error> {
        let holder = holder.into();
        let client = holder.client;
        let link = self.auth.open_link::<Undo>(token, client).await?;
        let address = EmailAddress::parse_existing(&link.seen.address).map_err(invalid)?;
        let hash = self.auth.acceptable_hash(new_password, &link.seen.address, client).await?;
        let now = self.auth.0.clock.now();
        let mut change = self.auth.change(now).await?;
        let user = self.auth.redeem(&mut change, &link, client).await?;
        // No other account can have taken it: a working link keeps it for its owner (see `holder_beside`).
        if !user::set_email(&mut change, &user.id, &address, now).await? {
            return Err(invalid(EmailProblem::Taken));
        }
        user::set_password(&mut change, &user.id, &hash).await?;
        let device_token =
            holder.remember(&mut change, (&user.id, address.as_str()), &self.auth.0.device_vouchers, now).await?;
        let former = former_address::all(&mut change, &user.id, now).await?;
        mailed_link::void_all(&mut change, &user.id, link.seen.created_at, now).await?;
        let remaining = former_address::all(&mut change, &user.id, now).await?;
        change.end_sessions(&user.id, None, EndReason::AddressChangeUndone, client).await?;
        self.auth.put_password_mails(&mut change, (&user.id, address.as_str()), Mail::PasswordReset, client).await?;
        let losing = former
            .iter()
            .map(|former| &former.address)
            .filter(|former| **former != user.email && remaining.iter().all(|remaining| remaining.address != **former));
        let current = Some(&user.email).filter(|current| *current != address.as_str());
        for loser in current.into_iter().chain(losing) {
            let mail = Mail::AddressChangeUndone { at: now };
            change.mail(loser, Some(&user.id), &mail).await?;
        }
        let event = Event::done(EventKind::AddressChangeUndone).user(&user.id).client(client);
        change.event(&event).await?;
        change.commit().await?;
        Ok(Redeemed { user: User { email: address.to_string(), verified_at: Some(now), ..user }, device_token })
    }
}

fn invalid(problem: EmailProblem) -> Error {
    Error::Invalid(vec![Violation::Email(problem)])
}
