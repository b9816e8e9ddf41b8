//! Sign-up, sign-in and sign-out: how sessions begin and end.

use crate::{
    Auth, Device, Error, Grant, Session,
    clock::Millis,
    email::{EmailAddress, EmailProblem},
    error::{CredentialFailure, Violation},
    event::Event,
    password::PasswordProblem,
    password_hash::Verified,
    refresh_token::{Presented, RefreshToken},
    session::{self, EndReason, Stored},
    user::{self, User},
};
use secrecy::{ExposeSecret, SecretString};

/// What a sign-up or sign-in comes with, beside address and password.
#[derive(Clone, Debug, Default)]
pub struct NewSession {
    /// Whether `Keep me signed in` was ticked.
    pub remember: bool,
    /// Who asks.
    pub device: Device,
    /// The refresh token that the browser holds already. Its session ends, so that a copied cookie does not live on.
    pub presented: Option<String>,
}

impl Auth {
    /// Makes an account and signs its owner in.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong with address and password at once, [`Error::Busy`],
    /// [`Error::Database`].
    pub async fn sign_up(&self, email: &str, password: SecretString, new: NewSession) -> Result<Grant, Error> {
        let address = EmailAddress::parse(email);
        let mut violations = self.password_violation(&password, address.as_ref().ok()).await?;
        let address = match address {
            Ok(address) => {
                if user::by_email(&self.0.db, &address).await?.is_some() {
                    violations.insert(0, Violation::Email(EmailProblem::Taken));
                }
                address
            }
            Err(problem) => {
                violations.insert(0, Violation::Email(problem));
                return Err(Error::Invalid(violations));
            }
        };
        if !violations.is_empty() {
            return Err(Error::Invalid(violations));
        }
        let hash = self.0.hasher.hash(password, new.device.address).await?;
        let superseded = self.session_of(new.presented.as_deref()).await?;
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        let Some(user) = user::insert(&mut tx, &address, &hash, now).await? else {
            return Err(Error::Invalid(vec![Violation::Email(EmailProblem::Taken)]));
        };
        let begun = self.begin(tx, user, &new, superseded, now).await?;
        Event::SignedUp { session: &begun.session }.record();
        self.grant(&begun)
    }

    /// Signs in. Costs the same for an address that nobody has.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`], which must not be told apart above the log; [`Error::Busy`],
    /// [`Error::Database`].
    pub async fn sign_in(&self, email: &str, password: SecretString, new: NewSession) -> Result<Grant, Error> {
        let credentials = match EmailAddress::parse(email) {
            Ok(address) => user::by_email(&self.0.db, &address).await?,
            Err(_) => None,
        };
        let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
        let verified = self.0.hasher.verify(password, hash, new.device.address).await?;
        let refused = |why| {
            Event::SignInFailed { user: credentials.as_ref().map(|user| user.id.as_str()), why }.record();
            Error::InvalidCredentials(why)
        };
        let Some(user) = &credentials else { return Err(refused(CredentialFailure::UnknownAddress)) };
        if verified == Verified::Wrong {
            return Err(refused(CredentialFailure::WrongPassword));
        }
        if user.disabled_at.is_some() {
            return Err(refused(CredentialFailure::Disabled));
        }
        let superseded = self.session_of(new.presented.as_deref()).await?;
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        if !user::hold(&mut tx, &user.id).await? {
            return Err(refused(CredentialFailure::Disabled));
        }
        if let Verified::Rehashed(new_hash) = &verified {
            user::replace_hash(&mut tx, &user.id, &user.password_hash, new_hash).await?;
        }
        let user = User { id: user.id.clone(), email: user.email.clone(), created_at: user.created_at };
        let begun = self.begin(tx, user, &new, superseded, now).await?;
        Event::SignedIn { session: &begun.session }.record();
        self.grant(&begun)
    }

    /// Signs out: ends the session of the refresh token that was presented and the one that asks, each where there is
    /// one. Idempotent.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sign_out(&self, presented: Option<&str>, asking: Option<&Session>) -> Result<(), Error> {
        let cookie = self.session_of(presented).await?;
        let now = self.0.clock.now();
        let mut ended: Vec<&Session> = Vec::new();
        let mut tx = self.0.db.write().await?;
        for session in cookie.as_ref().map(|stored| &stored.session).into_iter().chain(asking) {
            if session::end(&mut tx, &session.id, EndReason::SignedOut, now).await? {
                ended.push(session);
            }
        }
        tx.commit().await?;
        for session in ended {
            self.ended(&session.user.id, &session.id, EndReason::SignedOut);
        }
        Ok(())
    }

    /// Begins a session, ends the one that the browser held and the oldest beyond the limit, and commits.
    async fn begin(
        &self,
        mut tx: sqlx::Transaction<'static, crate::Engine>,
        user: User,
        new: &NewSession,
        superseded: Option<Stored>,
        now: Millis,
    ) -> Result<Stored, Error> {
        let user_id = user.id.clone();
        let lifetime = if new.remember { self.0.config.remembered } else { self.0.config.unremembered };
        let begun = session::begin(&mut tx, user, &new.device.user_agent, new.remember, lifetime, now).await?;
        let superseded = match superseded {
            Some(Stored { session, .. }) => {
                session::end(&mut tx, &session.id, EndReason::Superseded, now).await?.then_some(session)
            }
            None => None,
        };
        let too_many = session::end_oldest(&mut tx, &user_id, now).await?;
        tx.commit().await?;
        if let Some(session) = superseded {
            self.ended(&session.user.id, &session.id, EndReason::Superseded);
        }
        for sid in &too_many {
            self.ended(&user_id, sid, EndReason::TooMany);
        }
        Ok(begun)
    }

    /// The session that a genuine refresh token belongs to, whatever its generation.
    async fn session_of(&self, token: Option<&str>) -> Result<Option<Stored>, Error> {
        let Some(presented) = token.and_then(Presented::parse) else { return Ok(None) };
        let stored = session::load(&self.0.db, &presented.sid.to_string()).await?;
        Ok(stored.filter(|stored| presented.is_genuine(&self.0.keys, &stored.salt)))
    }

    /// Forgets and records a session whose end was just committed.
    pub(crate) fn ended(&self, user: &str, session: &str, why: EndReason) {
        self.0.standings.forget(session);
        Event::SessionEnded { user, session, why }.record();
    }

    /// The grant of a session as it stands: its current refresh token.
    pub(crate) fn grant(&self, stored: &Stored) -> Result<Grant, Error> {
        let session = stored.session.clone();
        let max_age = session.remembered.then(|| session.expires_at - self.0.clock.now());
        let refresh_token = RefreshToken::issue(&self.0.keys, stored.sid, stored.generation, &stored.salt, max_age)?;
        Ok(Grant { session, refresh_token })
    }

    async fn password_violation(
        &self,
        password: &SecretString,
        address: Option<&EmailAddress>,
    ) -> Result<Vec<Violation>, Error> {
        let (policy, password, address) = (self.0.config.password.clone(), password.clone(), address.cloned());
        let checked: Result<(), PasswordProblem> =
            tokio::task::spawn_blocking(move || policy.check(password.expose_secret(), address.as_ref()))
                .await
                .map_err(|_| Error::Interrupted)?;
        Ok(checked.err().map(Violation::Password).into_iter().collect())
    }

    /// Whose a genuine refresh token was, also of a session that is over: for what a person had typed when theirs
    /// ended, which is shown to nobody else. Proves nothing.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn former_owner(&self, token: &str) -> Result<Option<String>, Error> {
        Ok(self.session_of(Some(token)).await?.map(|stored| stored.session.user.id))
    }
}
