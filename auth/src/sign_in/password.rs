//! Sign-up, sign-in and sign-out: how sessions begin and end.

use crate::{
    accounts::{
        email::EmailAddress,
        user::{self, Credentials, User},
    },
    change::Change,
    clients::{client::Client, known_device},
    clock::Millis,
    error::{CredentialFailure, Error, Violation},
    events::event::Event,
    handle::{Auth, Grant, SignIn},
    ids::UserId,
    mail::{Mail, Notice},
    passwords::{hash::Verified, normalization::normalized, pool::queue::Requester},
    sessions::{
        kind::SessionKind,
        new_session::NewSession,
        outcome::SignInOutcome,
        session::{self, Lifetime, Session, Stored},
    },
    throttle::{Kind, MANY_FAILURES, Subject, Try},
    tokens::{
        link_request::LinkRequest,
        mailed_link,
        refresh::{Presented, RefreshToken},
    },
};
use contract::{EmailProblem, EndReason, EventKind, PasswordProblem};
use futures::future::try_join;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// How a session begins.
pub(crate) struct Beginning<'a> {
    /// By what.
    pub(crate) kind: EventKind,
    pub(crate) new: &'a NewSession,
    /// The session that the browser held.
    pub(crate) superseded: Option<Stored>,
    /// When the account last saw the device, where that was looked up and it did.
    pub(crate) device_seen_at: Option<Millis>,
}

impl Auth {
    /// Creates an account, mails a link that verifies its address, and signs its owner in.
    ///
    /// The outcome is [`SignIn::Unverified`] if addresses have to be verified first
    /// ([`crate::Config::require_verified_email`]). Then it is the same whether the address had an account before or not.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong with address and password at once, [`Error::Throttled`],
    /// [`Error::Busy`].
    pub async fn sign_up(&self, email: &str, password: SecretString, new: NewSession) -> Result<SignIn, Error> {
        if self.0.config.require_verified_email {
            let request = LinkRequest { client: new.client, next: new.next };
            self.sign_up_unverified(email, password, request).await?;
            return Ok(SignIn::Unverified);
        }
        // Where the queue is full nothing is read, and no try is lost.
        drop(self.0.hasher.place(new.client.address)?);
        let subjects = Subject::address(Kind::SignUpAddress, &new.client);
        let _counts = self.count_try(&subjects, None, &new.client).await?;
        let address = EmailAddress::parse(email);
        let mut violations = self.password_violation(&password, address.as_ref().ok(), new.client.address).await?;
        let address = match address {
            Ok(address) => address,
            Err(problem) => {
                violations.insert(0, Violation::Email(problem));
                return Err(self.refuse_sign_up(violations, None, &new.client));
            }
        };
        let holder = user::by_email(&self.0.db, &address).await?;
        if holder.is_some() {
            violations.insert(0, Violation::Email(EmailProblem::Taken));
        }
        if !violations.is_empty() {
            let holder = holder.as_ref().map(|user| &user.id);
            return Err(self.refuse_sign_up(violations, holder, &new.client));
        }
        let hash = self.0.hasher.hash(password, new.client.address).await?;
        let superseded = self.session_of(new.presented.as_deref()).await?;
        let now = self.0.clock.now();
        let mut change = self.change(now).await?;
        let taken = vec![Violation::Email(EmailProblem::Taken)];
        let Some(user) = user::insert(&mut change, &address, Some(&hash), now).await? else {
            return Err(self.refuse_sign_up(taken, None, &new.client));
        };
        if let Some(holder) = mailed_link::holder_beside(&mut change, Some(&user.id), &address, now).await? {
            return Err(self.refuse_sign_up(taken, Some(&holder), &new.client));
        }
        self.put_verification(&mut change, &user, new.next.as_deref()).await?;
        let beginning = Beginning { kind: EventKind::SignedUp, new: &new, superseded, device_seen_at: None };
        self.begin(change, user, beginning).await.map(SignIn::Granted)
    }

    /// Signs in. Costs the same for an address without an account.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`], whose reason is for the log only; [`Error::Throttled`] after too many attempts, for
    /// any address; [`Error::Busy`].
    pub async fn sign_in(&self, email: &str, password: SecretString, new: NewSession) -> Result<SignIn, Error> {
        let answer = self.let_in(email, password, new).await;
        self.0.effects.metrics.sign_ins.count(match &answer {
            Ok(SignIn::Granted(_)) => SignInOutcome::SignedIn,
            Ok(SignIn::Unverified) => SignInOutcome::Unverified,
            Err(error) => SignInOutcome::of(error),
        });
        answer
    }

    async fn let_in(&self, email: &str, password: SecretString, new: NewSession) -> Result<SignIn, Error> {
        let address = EmailAddress::parse_existing(email).ok();
        // Before anything is read: what is refused here costs no query.
        let admitted = self.admit_sign_in(address.as_ref().map(EmailAddress::as_str), &new.client)?;
        let found = match &address {
            Some(address) => user::by_email_on(&self.0.db, address, new.client.token.as_ref()).await?,
            None => None,
        };
        let (credentials, device_seen_at) = found.map_or((None, None), |(user, seen_at)| (Some(user), seen_at));
        let is_known = device_seen_at.is_some();
        let admitted = self.judge_voucher(admitted, is_known, &new.client)?;
        let kinds = [Kind::SignInAccount, Kind::SignInDevice, Kind::SignInAddress];
        let subjects = Subject::all(kinds, address.as_ref().map(EmailAddress::as_str), &new.client, is_known);
        let known = credentials.as_ref().map(|user| &user.id);
        let let_through = self.let_all_through(&subjects).await?;
        self.count_admitted(&admitted, &new.client);
        let hash = credentials.as_ref().and_then(|credentials| credentials.password_hash.clone());
        // The try is written down while the hash is under way. Nothing is answered, and nothing recorded, before both
        // are done, so a client that has to wait after all learns nothing from a hash that has begun.
        let (tried, verified) = try_join(
            self.count_let_through(let_through, known, &new.client),
            self.0.hasher.verify_at(admitted.place, password, hash),
        )
        .await?;
        let refused = |why: CredentialFailure| {
            let user = credentials.as_ref().map(|user| &user.id);
            self.record(&Event::refused(EventKind::SignInFailed).user(user).client(&new.client).detail(why.as_str()));
            Error::InvalidCredentials(why)
        };
        let Some(user) = &credentials else { return Err(refused(CredentialFailure::UnknownAddress)) };
        if verified == Verified::Wrong {
            return Err(refused(CredentialFailure::WrongPassword));
        }
        if user.disabled_at.is_some() {
            return Err(refused(CredentialFailure::Disabled));
        }
        if self.0.config.require_verified_email && user.verified_at.is_none() {
            let refused = Event::refused(EventKind::SignInFailed).user(&user.id).client(&new.client);
            self.record(&refused.detail("unverified"));
            self.send_verification_to(&user.id, new.next.as_deref()).await?;
            return Ok(SignIn::Unverified);
        }
        let superseded = self.session_of(new.presented.as_deref()).await?;
        let now = self.0.clock.now();
        let mut change = self.change(now).await?;
        if !user::hold(&mut change, &user.id, user.password_version).await? {
            return Err(refused(CredentialFailure::Changed));
        }
        if let Verified::Rehashed(new_hash) = &verified {
            user::replace_hash(&mut change, &user.id, user.password_hash.as_deref(), new_hash).await?;
        }
        tried.succeeded(&mut change).await?;
        self.tell_owner(&mut change, user, &tried, (&new, is_known)).await?;
        let beginning = Beginning { kind: EventKind::SignedIn, new: &new, superseded, device_seen_at };
        self.begin(change, user.clone().into(), beginning).await.map(SignIn::Granted)
    }

    /// Tells an account's owner by mail of a sign-in that may not be theirs. A
    /// device that was known when the account was looked up is still, because the account has the same password. Of
    /// clients without a cookie, which no account can know, there is one mail a day.
    async fn tell_owner(
        &self,
        change: &mut Change<'_>,
        user: &Credentials,
        tried: &Try,
        (new, is_known): (&NewSession, bool),
    ) -> Result<(), Error> {
        let (client, now) = (&new.client, change.now());
        let mail = if tried.before >= MANY_FAILURES {
            Mail::ManyFailures(Notice::new(client, now), tried.before)
        } else if !is_known && known_device::is_new(change, &user.id, client.token.as_ref()).await? {
            Mail::NewDevice(Notice::new(client, now))
        } else {
            return Ok(());
        };
        if !new.kind.is_browser() && !user::claim_cookieless_notice(change, &user.id, now).await? {
            return Ok(());
        }
        change.mail(&user.email, Some(&user.id), &mail).await
    }

    /// Signs out: ends the session of the refresh token that was presented and the one that asks, each where there is
    /// one. Idempotent.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sign_out(&self, presented: Option<&str>, asking: Option<&Session>) -> Result<(), Error> {
        let cookie = self.session_of(presented).await?;
        let client = match (&cookie, asking) {
            (Some(stored), _) => stored.client(),
            (None, Some(session)) => self.client_of(session).await?,
            (None, None) => return Ok(()),
        };
        let now = self.0.clock.now();
        let mut change = self.change(now).await?;
        for session in cookie.as_ref().map(|stored| &stored.session).into_iter().chain(asking) {
            let session = (&session.user.id, &session.id);
            change.end_session(session, EndReason::SignedOut, &client).await?;
        }
        change.commit().await
    }

    /// Begins a session, ends the one that the browser held and the oldest beyond the limit, has the account know the
    /// browser, records all of it and commits.
    pub(crate) async fn begin(
        &self,
        mut change: Change<'_>,
        user: User,
        Beginning { kind, new, superseded, device_seen_at }: Beginning<'_>,
    ) -> Result<Grant, Error> {
        let now = change.now();
        let (user_id, email, client) = (user.id.clone(), user.email.clone(), &new.client);
        let (begun, is_crowded) = session::begin(&mut change, user, new, self.lifetime_of(new), now).await?;
        if let Some(Stored { session, .. }) = superseded {
            let session = (&session.user.id, &session.id);
            change.end_session(session, EndReason::Superseded, client).await?;
        }
        if is_crowded {
            change.end_oldest_sessions(&user_id, new.kind, client).await?;
        }
        let event = Event::done(kind).of(&begun.session).client(client);
        change.event(&event).await?;
        let device_token = if new.kind.is_browser() {
            let token =
                known_device::remember(&mut change, &user_id, client.token.as_ref(), device_seen_at, now).await?;
            Some(self.0.device_vouchers.add(&token, &email)?)
        } else {
            None
        };
        change.commit().await?;
        Ok(Grant { device_token, ..self.grant(&begun)? })
    }

    /// How long a new session lives. One without a refresh token ends with its access token.
    fn lifetime_of(&self, new: &NewSession) -> Lifetime {
        let config = &self.0.config;
        if new.kind == SessionKind::Cookieless {
            let life = config.access_token_ttl.min(config.unremembered.idle).min(config.unremembered.max);
            Lifetime { idle: life, max: life }
        } else if new.remember {
            config.remembered
        } else {
            config.unremembered
        }
    }

    /// The session that the genuine refresh token of a cookie belongs to, whatever its generation. A token of the API is
    /// none: it never comes in a cookie.
    pub(crate) async fn session_of(&self, token: Option<&str>) -> Result<Option<Stored>, Error> {
        let Some(presented) = token.and_then(Presented::parse) else { return Ok(None) };
        let stored = session::load(&self.0.db, &presented.sid.into()).await?;
        Ok(stored.filter(|stored| stored.session.kind.is_browser() && presented.is_genuine(&self.0.keys, &stored.salt)))
    }

    /// Who uses a session, as far as its row knows: for events that a person causes from within it.
    pub(crate) async fn client_of(&self, session: &Session) -> Result<Client, Error> {
        let stored = session::load(&self.0.db, &session.id).await?;
        Ok(stored.map(|stored| stored.client()).unwrap_or_default())
    }

    /// The grant of a session as it stands: its current refresh token.
    pub(crate) fn grant(&self, stored: &Stored) -> Result<Grant, Error> {
        let session = stored.session.clone();
        let max_age = session.remembered.then(|| session.expires_at - self.0.clock.now());
        let refresh_token = RefreshToken::issue(&self.0.keys, stored.sid, session.generation, &stored.salt, max_age)?;
        Ok(Grant { session, refresh_token, device_token: None })
    }

    /// What is wrong with a new password for the account of `address`, in its normalized form. Whether it was breached is
    /// asked only for a password that passes every other rule.
    ///
    /// # Errors
    /// [`Error::Busy`] where the queue before the password hash is full, or the share in it of `requester`.
    pub(crate) async fn password_violation(
        &self,
        password: &SecretString,
        address: Option<&EmailAddress>,
        requester: impl Into<Requester>,
    ) -> Result<Vec<Violation>, Error> {
        let password = &normalized(password);
        let policy = &self.0.config.password;
        let checked = match policy.check_rules(password.expose_secret(), address) {
            Ok(()) => {
                let (policy, address) = (policy.clone(), address.cloned());
                self.0.hasher.check_strength(policy, password.clone(), address, requester).await?
            }
            broken => broken,
        };
        let problem = match checked {
            Ok(()) => self.is_breached(password).await.then_some(PasswordProblem::Breached),
            Err(problem) => Some(problem),
        };
        Ok(problem.map(Violation::Password).into_iter().collect())
    }

    /// Whose a session was, also one that is over: for what a person had typed when theirs ended, which is shown to
    /// nobody else. That is the session of a genuine refresh token. Where the browser holds none any more, it is the one
    /// that the asking page says it was made for, if its account knows `device`: a page may say anything, and a row is
    /// kept for what this finds.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn former_owner(
        &self,
        token: Option<&str>,
        page: Option<&str>,
        client: &Client,
    ) -> Result<Option<UserId>, Error> {
        let stored = match (token, page.and_then(|sid| Uuid::parse_str(sid).ok()), &client.token) {
            (None, Some(sid), Some(client)) => match session::load(&self.0.db, &sid.into()).await? {
                Some(stored) if client.is_known_to(&self.0.db, &stored.session.user.email).await? => Some(stored),
                _ => None,
            },
            (token, ..) => self.session_of(token).await?,
        };
        Ok(stored.map(|stored| stored.session.user.id))
    }
}
