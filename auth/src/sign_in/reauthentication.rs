//! Recent authentication: a sensitive action requires a recent proof of the password (OWASP ASVS 5.0, V7.5.1).

use crate::{
    accounts::user::{self, Credentials},
    clients::client::Client,
    error::{Error, Refusal, Violation},
    events::event::Event,
    handle::{Auth, Grant, facets::OwnAccount},
    ids::UserId,
    passwords::hash::Verified,
    sessions::{new_session::NewSession, session::Session},
    sign_in::password::Beginning,
    throttle::{Kind, LetThrough, Subject, Try},
    tries::sign_ins::Admitted,
};
use contract::{EndReason, EventKind};
use secrecy::SecretString;

impl OwnAccount<'_> {
    /// Proves once more who asks: begins a new session that is as remembered as the one before, and ends that one.
    /// What `new` says of `Keep me signed in` does not count.
    ///
    /// # Errors
    /// [`Error::Invalid`] with [`Violation::CurrentPassword`] where the password is another;
    /// [`Error::Unauthenticated`] where the session ended or the password was changed meanwhile; [`Error::Throttled`],
    /// [`Error::Busy`], [`Error::Database`].
    pub async fn reauthenticate(self, password: SecretString, new: NewSession) -> Result<Grant, Error> {
        let Self { auth, session } = self;
        let new = NewSession { remember: session.remembered, ..new };
        let owner = auth.owner(session).await?;
        let (admitted, tried) = auth.try_password(&owner.id, Some(session), &new.client).await?;
        let verified = auth.verify_current(admitted, &owner, password, &new.client).await?;
        if verified == Verified::Wrong {
            auth.record(&Event::refused(EventKind::Reauthenticated).of(session).client(&new.client));
            return Err(Error::Invalid(vec![Violation::CurrentPassword]));
        }
        let superseded = auth.session_of(new.presented.as_deref()).await?;
        let now = auth.0.clock.now();
        let mut change = auth.change(now).await?;
        if !user::hold(&mut change, &owner.id, owner.password_version).await? {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        if let Verified::Rehashed(new_hash) = &verified {
            user::replace_hash(&mut change, &owner.id, owner.password_hash.as_deref(), new_hash).await?;
        }
        let asking = (&owner.id, &session.id);
        if !change.end_session(asking, EndReason::Superseded, &new.client).await? {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        tried.succeeded(&mut change).await?;
        let beginning = Beginning { kind: EventKind::Reauthenticated, new: &new, superseded, device_seen_at: None };
        auth.begin(change, owner.into(), beginning).await
    }
}

impl Auth {
    /// Nothing, where the session's proof is recent.
    ///
    /// # Errors
    /// [`Error::ReauthenticationRequired`] where it is not.
    pub(crate) fn require_recent(&self, session: &Session) -> Result<(), Error> {
        if session.is_recent(self.0.clock.now(), self.0.config.recent) {
            Ok(())
        } else {
            Err(Error::ReauthenticationRequired)
        }
    }

    /// The account that a session is of.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where it was deleted or disabled, [`Error::Database`].
    pub(crate) async fn owner(&self, session: &Session) -> Result<Credentials, Error> {
        let owner = user::by_id(&self.0.db, &session.user.id).await?;
        let owner = owner.ok_or(Error::Unauthenticated(Refusal::NoSession))?;
        if owner.disabled_at.is_some() {
            return Err(Error::Unauthenticated(Refusal::Disabled));
        }
        Ok(owner)
    }

    /// Takes a place in the queue for a try at the current password of an account, then counts the try (see
    /// [`Auth::let_password_through`]). Where the queue is full, the owner loses no try and nothing is written.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Throttled`], [`Error::Database`].
    pub(crate) async fn try_password(
        &self,
        user_id: &UserId,
        asking: Option<&Session>,
        client: &Client,
    ) -> Result<(Admitted, Try), Error> {
        let admitted = self.admit_owner(user_id, client)?;
        let let_through = self.let_password_through(user_id, asking).await?;
        Ok((admitted, self.count_let_through(let_through, Some(user_id), client).await?))
    }

    /// Looks whether the current password of an account may be tried: by the session that asks, or by those who hold a
    /// mailed link and no session. Each is counted on its own, so that the wrong guesses of a stolen session do not keep
    /// the owner waiting in another; all of them together are bounded as well.
    ///
    /// # Errors
    /// [`Error::Throttled`], [`Error::Database`].
    pub(crate) async fn let_password_through(
        &self,
        user_id: &UserId,
        asking: Option<&Session>,
    ) -> Result<LetThrough, Error> {
        let by_link = || format!("link {user_id}");
        let guesser = asking.map_or_else(by_link, |session| session.id.to_string());
        let subjects =
            [Subject::account(Kind::PasswordSession, &guesser), Subject::account(Kind::Password, user_id.as_str())];
        self.let_all_through(&subjects).await
    }

    /// Compares `password` with the current one of the account, at the place that was taken for it.
    pub(crate) async fn verify_current(
        &self,
        admitted: Admitted,
        owner: &Credentials,
        password: SecretString,
        client: &Client,
    ) -> Result<Verified, Error> {
        self.count_admitted(&admitted, client);
        self.0.hasher.verify_at(admitted.place, password, owner.password_hash.clone()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADA, PASSWORD};
    use crate::{
        links::proof::LinkProof,
        passwords::pool::queue::{Place, Requester},
        testing,
        tokens::mailed_link::SeenLink,
    };

    /// Every place that people on known devices may take.
    fn fill(auth: &Auth) -> Vec<Place> {
        std::iter::from_fn(|| auth.0.hasher.place(Requester::owner(&Client::default())).ok()).collect()
    }

    async fn tries(auth: &Auth) -> Result<i64, Error> {
        let (rows,) = sqlx::query_as("SELECT COUNT(*) FROM throttle").fetch_one(auth.0.db.readers()).await?;
        Ok(rows)
    }

    #[tokio::test]
    async fn a_full_queue_costs_the_owner_no_try_at_the_password() -> Result<(), Error> {
        let (auth, _clock, _db) = testing::auth().await?;
        let session = auth.sign_up(ADA, PASSWORD.into(), NewSession::default()).await?.expect_grant().session;
        let link = SeenLink { user_id: session.user.id.clone(), address: ADA.to_owned(), created_at: 0 };
        let (proof, kind, client) =
            (LinkProof::Password(PASSWORD.into()), EventKind::AddressChanged, Client::default());
        let before = tries(&auth).await?;
        let places = fill(&auth);
        let new = NewSession::default;
        let refused = [
            auth.account(&session).reauthenticate(PASSWORD.into(), new()).await.map(drop),
            auth.account(&session)
                .change_password(PASSWORD.into(), "another orbit mango 42".into(), new())
                .await
                .map(drop),
            auth.require_link_proof(&link, proof.clone(), kind, &client).await,
        ];
        for refused in refused {
            assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
        }
        assert_eq!(tries(&auth).await?, before, "nothing was counted");
        drop(places);
        for left in 0..3 {
            let places = fill(&auth);
            let places: Vec<_> = places.into_iter().skip(left).collect();
            let changed = auth
                .account(&session)
                .change_password("a wrong one".into(), "another orbit mango 42".into(), new())
                .await;
            assert!(matches!(changed, Err(Error::Busy)), "with {left} places: {changed:?}");
            drop(places);
        }
        assert_eq!(tries(&auth).await?, before, "it needs three places, and counts when it has them");
        auth.require_link_proof(&link, proof, kind, &client).await?;
        Ok(())
    }
}
