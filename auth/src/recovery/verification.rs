//! Is an address its owner's? A mailed link proves it; where the configuration asks for that before the first sign-in,
//! so does sign-up here.

use crate::{
    accounts::{
        email::EmailAddress,
        user::{self, User},
    },
    administration::invitation,
    change::Change,
    clients::client::Client,
    error::{Error, Violation},
    events::event::Event,
    handle::{
        Auth,
        facets::{Links, OwnAccount},
    },
    ids::UserId,
    links::{
        destination::{self},
        holder::{LinkHolder, Redeemed},
        proof::LinkProof,
    },
    mail::Mail,
    throttle::{Kind, Subject},
    tokens::{
        link_request::LinkRequest,
        mailed_link::{self, LinkPurpose, Verification},
    },
};
use contract::{EndReason, EventKind};
use secrecy::SecretString;
use std::time::Duration;
use tokio::time::sleep;

/// How long after its hash a sign-up is answered that must not tell whether the address was known: an account that is
/// made is a little more to write than one that is there, and by then either is written.
const ANSWERED_AFTER: Duration = Duration::from_millis(50);

impl OwnAccount<'_> {
    /// Mails the link that verifies the address once more, unless it is verified or one was mailed within the last
    /// minute.
    ///
    /// # Errors
    /// [`Error::Throttled`], [`Error::Database`].
    pub async fn send_verification(self, request: impl Into<LinkRequest>) -> Result<(), Error> {
        let Self { auth, session } = self;
        let LinkRequest { client, next } = request.into();
        let user = &session.user;
        auth.try_mail(&user.email, Some(&user.id), &client).await?;
        auth.send_verification_to(&session.user.id, next.as_deref()).await
    }
}

impl Links<'_> {
    /// Uses a link that verifies an address. Beside the link it takes a proof that the account, too, is of its `holder`.
    /// Where that is a new password, the browser becomes a known device.
    ///
    /// # Errors
    /// [`Error::Link`] where the link does not work; [`Error::Invalid`] with [`Violation::CurrentPassword`] where nothing
    /// proves the account (the link works on then), or where a new password is not good enough; [`Error::Throttled`] where
    /// the current one was guessed at too often; [`Error::Busy`], [`Error::Database`].
    pub async fn verify_address(
        self,
        token: &str,
        proof: LinkProof,
        holder: impl Into<LinkHolder<'_>>,
    ) -> Result<Redeemed, Error> {
        let holder = holder.into();
        let client = holder.client;
        let link = self.auth.open_link::<Verification>(token, client).await?;
        let new_hash = match proof {
            LinkProof::NewPassword(password) if self.auth.0.config.require_verified_email => {
                Some(self.auth.acceptable_hash(password, &link.seen.address, client).await?)
            }
            proof => {
                self.auth.require_link_proof(&link.seen, proof, EventKind::AddressVerified, client).await?;
                None
            }
        };
        let now = self.auth.0.clock.now();
        let mut change = self.auth.change(now).await?;
        let user = self.auth.redeem(&mut change, &link, client).await?;
        user::verify(&mut change, &user.id, now).await?;
        let mut events = vec![Event::done(EventKind::AddressVerified)];
        let mut device_token = None;
        if let Some(hash) = new_hash {
            user::set_password(&mut change, &user.id, &hash).await?;
            device_token =
                holder.remember(&mut change, (&user.id, &user.email), &self.auth.0.device_vouchers, now).await?;
            mailed_link::void_all_but_undo(&mut change, &user.id, now).await?;
            change.end_sessions(&user.id, None, EndReason::AddressVerified, client).await?;
            self.auth.put_password_mails(&mut change, (&user.id, &user.email), Mail::PasswordReset, client).await?;
            events.push(Event::done(EventKind::PasswordReset));
        }
        let events: Vec<_> = events.into_iter().map(|event| event.user(&user.id).client(client)).collect();
        for event in &events {
            change.event(event).await?;
        }
        change.forget_user(&user.id);
        change.commit().await?;
        Ok(Redeemed { user: User { verified_at: user.verified_at.or(Some(now)), ..user }, device_token })
    }
}

impl Auth {
    /// Returns whether an address has to be verified before its owner can sign in.
    pub fn requires_verified_email(&self) -> bool {
        self.0.config.require_verified_email
    }

    /// Creates an account that is not signed in, and mails a link that verifies its address. Only the owner of the address
    /// learns, by mail, whether it had an account before.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong with address and password in themselves, [`Error::Throttled`],
    /// [`Error::Busy`].
    pub(crate) async fn sign_up_unverified(
        &self,
        email: &str,
        password: SecretString,
        request: LinkRequest,
    ) -> Result<(), Error> {
        let client = &request.client;
        drop(self.0.hasher.place(client.address)?);
        let address = EmailAddress::parse(email);
        self.try_sign_up(address.as_ref().ok(), client).await?;
        let mut violations = self.password_violation(&password, address.as_ref().ok(), client.address).await?;
        let address = address.map_err(|problem| violations.insert(0, Violation::Email(problem)));
        let (Ok(address), true) = (address, violations.is_empty()) else {
            return Err(self.refuse_sign_up(violations, None, client));
        };
        // Known or not: the rules for passwords, and the hash, are what takes time.
        let hash = self.0.hasher.hash(password, client.address).await?;
        let (written, ()) = tokio::join!(self.make_or_tell(&address, &hash, &request), sleep(ANSWERED_AFTER));
        written
    }

    /// Creates the account, or notifies the owner of the address.
    async fn make_or_tell(&self, address: &EmailAddress, hash: &str, request: &LinkRequest) -> Result<(), Error> {
        let next = request.next.as_deref();
        let now = self.0.clock.now();
        let mut change = self.change(now).await?;
        let made = user::insert(&mut change, address, Some(hash), now).await?;
        let made_id = made.as_ref().map(|user| &user.id);
        let holder = mailed_link::holder_beside(&mut change, made_id, address, now).await?;
        let event = match (&made, &holder) {
            (Some(user), None) => {
                self.put_verification(&mut change, user, next).await?;
                Event::done(EventKind::SignedUp).user(&user.id)
            }
            (made, holder) => {
                if let Some(user) = made {
                    user::delete(&mut change, &user.id).await?;
                }
                self.tell_holder(&mut change, address, holder.as_ref(), next).await?;
                Event::refused(EventKind::SignedUp).user(holder.as_ref())
            }
        };
        let event = event.client(&request.client);
        change.event(&event).await?;
        change.commit().await?;
        Ok(())
    }

    /// Counts a sign-up that mails the owner of the address, known or not.
    async fn try_sign_up(&self, address: Option<&EmailAddress>, client: &Client) -> Result<(), Error> {
        let mailed = address.map(|address| Subject::account(Kind::MailAccount, address.as_str()));
        let subjects: Vec<_> = mailed.into_iter().chain(Subject::address(Kind::SignUpAddress, client)).collect();
        let _counts = self.count_try(&subjects, None, client).await?;
        Ok(())
    }

    /// Does the same for a client without a session.
    pub(crate) async fn send_verification_to(&self, user_id: &UserId, next: Option<&str>) -> Result<(), Error> {
        let now = self.0.clock.now();
        let mut change = self.change(now).await?;
        let Some(user) = user::hold_enabled(&mut change, user_id).await? else { return Ok(()) };
        self.put_verification_again(&mut change, &user, next).await?;
        change.commit().await?;
        Ok(())
    }

    /// Puts the mail that verifies an address in the outbox. Its link leads on to `next`.
    pub(crate) async fn put_verification(
        &self,
        change: &mut Change<'_>,
        user: &User,
        next: Option<&str>,
    ) -> Result<(), Error> {
        let now = change.now();
        let token = mailed_link::issue(change, LinkPurpose::VerifyAddress, &user.id, &user.email, now).await?;
        destination::keep(change, &token, next).await?;
        change.mail(&user.email, Some(&user.id), &Mail::VerifyAddress { token }).await
    }

    async fn put_verification_again(
        &self,
        change: &mut Change<'_>,
        user: &User,
        next: Option<&str>,
    ) -> Result<(), Error> {
        let (purpose, now) = (LinkPurpose::VerifyAddress, change.now());
        if user.verified_at.is_some() || mailed_link::is_on_its_way(change, purpose, &user.id, now).await? {
            return Ok(());
        }
        self.put_verification(change, user, next).await
    }

    /// Tells the owner of an address that a client asked to use it. An account that never verified it gets the
    /// link for that once more: most likely its owner lost the first.
    async fn tell_holder(
        &self,
        change: &mut Change<'_>,
        address: &EmailAddress,
        holder: Option<&UserId>,
        next: Option<&str>,
    ) -> Result<(), Error> {
        let Some(user_id) = holder else { return Ok(()) };
        let Some(user) = user::hold_enabled(change, user_id).await? else { return Ok(()) };
        // Not where the account waits for an invited owner: the link could set its first password.
        let is_invited = invitation::is_waiting(change, &user.id).await?;
        if user.verified_at.is_none() && user.email == address.as_str() && !is_invited {
            return self.put_verification_again(change, &user, next).await;
        }
        change.mail(address.as_str(), Some(&user.id), &Mail::AddressTaken).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADA, PASSWORD};
    use crate::{handle::Config, testing};
    use std::time::Instant;

    #[tokio::test]
    async fn a_sign_up_is_answered_when_an_account_is_written_whether_one_is_or_not() -> Result<(), Error> {
        let (_, clock, db) = testing::auth().await?;
        let auth = Auth::new(db.clone(), clock, Config { require_verified_email: true, ..testing::config() })?;
        for _known in [false, true] {
            let begun = Instant::now();
            let new = crate::NewSession::default();
            assert!(matches!(auth.sign_up(ADA, PASSWORD.into(), new).await?, crate::SignIn::Unverified));
            assert!(begun.elapsed() >= ANSWERED_AFTER);
        }
        Ok(())
    }
}
