//! Recent authentication: what is sensitive wants a proof of who asks that is not old (OWASP ASVS 5.0, V7.5.1).

use crate::{
    Auth, Device, Error, Grant, NewSession, Session,
    ending::{EndReason, Ended},
    error::{Refusal, Violation},
    event::{Event, EventKind},
    password_hash::Verified,
    sign_in::Beginning,
    throttle::{Kind, Subject, Try},
    user::{self, Credentials},
};
use secrecy::SecretString;

impl Auth {
    /// Proves once more who asks: begins a new session that is as remembered as the one before, and ends that one.
    /// What `new` says of `Keep me signed in` does not count.
    ///
    /// # Errors
    /// [`Error::Invalid`] with [`Violation::CurrentPassword`] where the password is another;
    /// [`Error::Unauthenticated`] where the session ended or the password was changed meanwhile; [`Error::Throttled`],
    /// [`Error::Busy`], [`Error::Database`].
    pub async fn reauthenticate(
        &self,
        session: &Session,
        password: SecretString,
        new: NewSession,
    ) -> Result<Grant, Error> {
        let new = NewSession { remember: session.remembered, ..new };
        let owner = self.owner(session).await?;
        let tried = self.try_password(&owner.id, Some(session), &new.device).await?;
        let verified = self.verify_current(&owner, password, &new.device).await?;
        if verified == Verified::Wrong {
            self.record(&Event::refused(EventKind::Reauthenticated).of(session).device(&new.device));
            return Err(Error::Invalid(vec![Violation::CurrentPassword]));
        }
        let superseded = self.session_of(new.presented.as_deref()).await?;
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        if !user::hold(&mut tx, &owner.id, owner.password_version).await? {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        if let Verified::Rehashed(new_hash) = &verified {
            user::replace_hash(&mut tx, &owner.id, &owner.password_hash, new_hash).await?;
        }
        let asking = (owner.id.as_str(), session.id.as_str());
        let ended = Ended::one(&mut tx, asking, EndReason::Superseded, &new.device, now).await?;
        if !ended.has(&session.id) {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        tried.succeeded(&mut tx).await?;
        let beginning = Beginning { kind: EventKind::Reauthenticated, new: &new, superseded, device_seen_at: None };
        let granted = self.begin(tx, owner.into(), beginning, now).await?;
        self.tell_ended(&ended);
        Ok(granted)
    }

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

    /// Counts a try at the current password of an account: of the session that asks, or of those who hold a mailed link
    /// and no session. Each is counted on its own, so that the wrong guesses of a stolen session do not keep the owner
    /// waiting in another; all of them together are bounded as well.
    ///
    /// # Errors
    /// [`Error::Throttled`], [`Error::Database`].
    pub(crate) async fn try_password(
        &self,
        user_id: &str,
        asking: Option<&Session>,
        device: &Device,
    ) -> Result<Try, Error> {
        let by_link = || format!("link {user_id}");
        let guesser = asking.map_or_else(by_link, |session| session.id.clone());
        let subjects = [Subject::account(Kind::PasswordSession, &guesser), Subject::account(Kind::Password, user_id)];
        self.count_try(&subjects, Some(user_id), device).await
    }

    /// Compares `password` with the one that the account has now.
    pub(crate) async fn verify_current(
        &self,
        owner: &Credentials,
        password: SecretString,
        device: &Device,
    ) -> Result<Verified, Error> {
        let place = self.admit_owner(&owner.id, device)?;
        self.0.hasher.verify_at(place, password, Some(owner.password_hash.clone())).await
    }
}
