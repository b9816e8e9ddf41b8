//! A new password for who has forgotten the old one, by way of their mailbox.

use crate::{
    accounts::{
        email::EmailAddress,
        user::{self, User},
    },
    clients::client::Client,
    error::{Error, Violation},
    events::event::Event,
    handle::{Auth, facets::Links},
    ids::UserId,
    links::holder::{LinkHolder, Redeemed},
    mail::Mail,
    passwords::pool::queue::Requester,
    throttle::{Kind, Subject},
    tokens::{
        link_request::{LinkRequest, ResetRequest},
        mailed_link::{self, LinkPurpose, Purpose, Reset},
    },
};
use contract::{EndReason, EventKind};
use secrecy::SecretString;
use tracing::Span;

impl Links<'_> {
    /// Asks for a link to a new password. The answer is the same, after the same time, whether anybody has the address
    /// or not: what is done about it is done afterwards. An account is sent at most one link a minute.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is no address, [`Error::Throttled`] where it was asked too often, [`Error::Busy`]
    /// where too many such requests wait, [`Error::Database`].
    pub async fn request_reset(self, email: &str, request: impl Into<LinkRequest>) -> Result<(), Error> {
        let request = request.into();
        let address =
            EmailAddress::parse_existing(email).map_err(|problem| Error::Invalid(vec![Violation::Email(problem)]))?;
        self.auth.try_mail(address.as_str(), None, &request.client).await?;
        self.auth.0.reset_requests.put(ResetRequest { address, request, span: Span::current() }).await
    }

    /// Uses a link to a new password: sets it, ends every session, voids every other link (but for the owner's way to
    /// undo a change of address), and tells the owner by mail. The link came by mail, so it verifies the address, too.
    /// Starts no session. The browser of `holder` becomes a known device.
    ///
    /// # Errors
    /// [`Error::Link`] where the link does not work, [`Error::Invalid`] where the password is not good enough (the link
    /// works on then), [`Error::Busy`], [`Error::Database`].
    pub async fn reset_password(
        self,
        token: &str,
        new: SecretString,
        holder: impl Into<LinkHolder<'_>>,
    ) -> Result<Redeemed, Error> {
        self.auth.set_password_by_link::<Reset>(token, new, holder.into()).await
    }
}

impl Auth {
    /// Counts a request for mail to `email`. `user` is who asks, where that is known.
    ///
    /// # Errors
    /// [`Error::Throttled`], [`Error::Database`].
    pub(crate) async fn try_mail(&self, email: &str, user: Option<&UserId>, client: &Client) -> Result<(), Error> {
        let kinds = [Kind::MailAccount, Kind::MailDevice, Kind::MailAddress];
        let is_known = match &client.token {
            Some(token) => token.is_known_to(&self.0.db, email).await?,
            None => false,
        };
        let subjects = Subject::all(kinds, Some(email), client, is_known);
        let _counts = self.count_try(&subjects, user, client).await?;
        Ok(())
    }

    /// Redeems a link that sets a password.
    pub(crate) async fn set_password_by_link<P: Purpose>(
        &self,
        token: &str,
        new: SecretString,
        holder: LinkHolder<'_>,
    ) -> Result<Redeemed, Error> {
        let client = holder.client;
        let link = self.open_link::<P>(token, client).await?;
        let hash = self.acceptable_hash(new, &link.seen.address, client).await?;
        let now = self.0.clock.now();
        let mut change = self.change(now).await?;
        let user = self.redeem(&mut change, &link, client).await?;
        user::set_password(&mut change, &user.id, &hash).await?;
        user::verify(&mut change, &user.id, now).await?;
        mailed_link::void_all_but_undo(&mut change, &user.id, now).await?;
        change.end_sessions(&user.id, None, EndReason::PasswordReset, client).await?;
        self.put_password_mails(&mut change, (&user.id, &user.email), Mail::PasswordReset, client).await?;
        let kind = match P::PURPOSE {
            LinkPurpose::AcceptInvitation => EventKind::InvitationAccepted,
            _ => EventKind::PasswordReset,
        };
        let event = Event::done(kind).user(&user.id).client(client);
        change.event(&event).await?;
        let device_token = holder.remember(&mut change, (&user.id, &user.email), &self.0.device_vouchers, now).await?;
        change.commit().await?;
        Ok(Redeemed { user: User { verified_at: user.verified_at.or(Some(now)), ..user }, device_token })
    }

    /// The hash of a new password for the account of `address`, where it is good enough.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is not, [`Error::Busy`].
    pub(crate) async fn acceptable_hash(
        &self,
        password: SecretString,
        address: &str,
        client: &Client,
    ) -> Result<String, Error> {
        let address = EmailAddress::parse_existing(address).ok();
        let requester = Requester::owner(client);
        let violations = self.password_violation(&password, address.as_ref(), requester).await?;
        if !violations.is_empty() {
            return Err(Error::Invalid(violations));
        }
        self.0.hasher.hash(password, requester).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use crate::testing::{ADA, PASSWORD};

    #[tokio::test]
    async fn strangers_who_fill_the_queue_do_not_keep_an_owner_from_a_new_password() -> Result<(), Error> {
        let (auth, _clock, _db) = testing::auth().await?;
        let password = || SecretString::from(PASSWORD);
        let strangers: Vec<_> = std::iter::from_fn(|| auth.0.hasher.place(None).ok()).collect();
        assert!(matches!(auth.password_violation(&password(), None, None).await, Err(Error::Busy)), "a sign-up");
        auth.acceptable_hash(password(), ADA, &Client::default()).await?;
        drop(strangers);
        Ok(())
    }
}
