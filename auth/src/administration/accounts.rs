//! What an administrator may do to accounts. It takes no further proof here: the command line is the only
//! caller.

use crate::{
    accounts::{
        email::EmailAddress,
        roles,
        user::{self, User},
    },
    administration::{facet::Administration, invitation},
    change::Change,
    clients::client::Client,
    clock::Millis,
    error::{Error, Violation},
    events::event::Event,
    ids::{SessionId, UserId},
    mail::Mail,
    sessions::kind::SessionKind,
    tokens::mailed_link::{self, LinkPurpose},
};
use contract::{EmailProblem, EndReason, EventKind, Words};
use secrecy::SecretString;
use sqlx::FromRow;

/// The most accounts or sessions that are given at once.
pub const ADMINISTRATION_PAGE_MAX: u32 = 1000;
/// Sessions that one transaction ends.
const BATCH: i64 = 200;

/// An account, as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Account {
    /// Whose it is.
    #[sqlx(flatten)]
    pub user: User,
    /// When it was disabled, in milliseconds UTC.
    pub disabled_at: Option<Millis>,
    /// Since when it waits for an invited owner to choose a password, in milliseconds UTC.
    pub invited_at: Option<Millis>,
    /// How many live sessions it has.
    pub sessions: i64,
}

/// A live session, as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct LiveSession {
    /// A UUIDv7.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// The user agent that used it last; [`crate::UserAgent`] reads it.
    pub user_agent: String,
    /// From which address, where known.
    pub address: Option<String>,
    /// When the person signed in, in milliseconds UTC.
    pub begun_at: Millis,
    /// When it was last used, to within a few minutes.
    pub last_seen_at: Millis,
    /// The kind of its client.
    #[sqlx(skip)]
    pub kind: SessionKind,
}

/// A live session as it is read.
#[derive(FromRow)]
struct LiveRow {
    #[sqlx(flatten)]
    session: LiveSession,
    kind: String,
}

impl Administration<'_> {
    /// Up to `limit` accounts (at most [`ADMINISTRATION_PAGE_MAX`]), oldest first, that came after the one with the id
    /// `after`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn accounts(&self, after: Option<&UserId>, limit: u32) -> Result<Vec<Account>, Error> {
        let auth = &self.auth.0;
        Ok(sqlx::query_as(
            "SELECT id, email, display_name, verified_at, created_at, disabled_at, invited_at,
                    (SELECT COUNT(*) FROM sessions s
                     WHERE s.user_id = users.id AND s.ended_at IS NULL AND s.ends_at > $1) AS sessions
             FROM users WHERE $2 IS NULL OR id > $2 ORDER BY id LIMIT $3",
        )
        .bind(auth.clock.now())
        .bind(after)
        .bind(i64::from(limit.min(ADMINISTRATION_PAGE_MAX)))
        .fetch_all(auth.db.readers())
        .await?)
    }

    /// The account with an address or an id.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn account(&self, address_or_id: &str) -> Result<Account, Error> {
        let auth = &self.auth.0;
        let address = EmailAddress::parse_existing(address_or_id).ok();
        let found: Option<Account> = sqlx::query_as(
            "SELECT id, email, display_name, verified_at, created_at, disabled_at, invited_at,
                    (SELECT COUNT(*) FROM sessions s
                     WHERE s.user_id = users.id AND s.ended_at IS NULL AND s.ends_at > $1) AS sessions
             FROM users WHERE id = $2 OR email = $3",
        )
        .bind(auth.clock.now())
        .bind(address_or_id)
        .bind(address.as_ref().map_or("", EmailAddress::as_str))
        .fetch_optional(auth.db.readers())
        .await?;
        found.ok_or(Error::NotFound)
    }

    /// Makes an account. Its owner is mailed a link that verifies the address where there is a password, else an
    /// invitation to choose one.
    ///
    /// # Errors
    /// [`Error::Invalid`] with what is wrong with the address, or else with the password; [`Error::Busy`],
    /// [`Error::Database`].
    pub async fn create(&self, email: &str, password: Option<SecretString>) -> Result<User, Error> {
        let auth = &self.auth.0;
        let address = EmailAddress::parse(email).map_err(|problem| Error::Invalid(vec![Violation::Email(problem)]))?;
        let taken = || Error::Invalid(vec![Violation::Email(EmailProblem::Taken)]);
        let hash = match password {
            Some(password) => Some(self.auth.acceptable_hash(password, address.as_str(), &Client::default()).await?),
            None => None,
        };
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        let user = user::insert(&mut change, &address, hash.as_deref(), now).await?.ok_or_else(taken)?;
        if mailed_link::holder_beside(&mut change, Some(&user.id), &address, now).await?.is_some() {
            return Err(taken());
        }
        change.event(&Event::done(EventKind::AccountCreated).user(&user.id)).await?;
        if hash.is_some() {
            self.auth.put_verification(&mut change, &user, None).await?;
        } else {
            invitation::wait_for_owner(&mut change, &user.id, now).await?;
            self.invite(&mut change, &user).await?;
        }
        change.commit().await?;
        Ok(user)
    }

    /// Disables an account: it is out at once. Its sessions end, and its mailed links are void, but for the owner's way
    /// to undo a change of address. Gives how many sessions ended.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::LastAdministrator`], [`Error::Database`].
    pub async fn disable(&self, user_id: &UserId) -> Result<u64, Error> {
        let auth = &self.auth.0;
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        roles::require_another_administrator(&mut change, user_id).await?;
        if !user::hold_any(&mut change, user_id).await? {
            return Err(Error::NotFound);
        }
        let event = Event::done(EventKind::AccountDisabled).user(user_id);
        let disabled = user::disable(&mut change, user_id, now).await?;
        if disabled {
            change.event(&event).await?;
        }
        mailed_link::void_all_but_undo(&mut change, user_id, now).await?;
        let ended = change.end_sessions(user_id, None, EndReason::Disabled, &Client::default()).await?;
        change.forget_user(user_id);
        change.commit().await?;
        Ok(ended.len() as u64)
    }

    /// Enables a disabled account again; `false` where it was enabled. What ended when it was disabled stays ended.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn enable(&self, user_id: &UserId) -> Result<bool, Error> {
        let auth = &self.auth.0;
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        if !user::hold_any(&mut change, user_id).await? {
            return Err(Error::NotFound);
        }
        if !user::enable(&mut change, user_id).await? {
            return Ok(false);
        }
        let event = Event::done(EventKind::AccountEnabled).user(user_id);
        change.event(&event).await?;
        change.forget_user(user_id);
        change.commit().await?;
        Ok(true)
    }

    /// Mails the owner of an enabled account a link to a new password, however lately another was mailed.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such account, or it is disabled; [`Error::Database`].
    pub async fn send_reset(&self, user_id: &UserId) -> Result<(), Error> {
        let auth = &self.auth.0;
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        let user = user::hold_enabled(&mut change, user_id).await?.ok_or(Error::NotFound)?;
        self.put_reset(&mut change, &user).await?;
        let event = Event::done(EventKind::PasswordResetRequested).user(user_id).detail("administrator");
        change.event(&event).await?;
        change.commit().await?;
        Ok(())
    }

    /// Up to `limit` live sessions (at most [`ADMINISTRATION_PAGE_MAX`]), oldest first, that came after the one with the
    /// id `after`; of one account where `user_id` is given.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sessions(
        &self,
        user_id: Option<&UserId>,
        after: Option<&SessionId>,
        limit: u32,
    ) -> Result<Vec<LiveSession>, Error> {
        let auth = &self.auth.0;
        let rows: Vec<LiveRow> = sqlx::query_as(
            "SELECT s.id, s.user_id, u.email, s.user_agent, s.address, s.begun_at, s.last_seen_at, s.kind
             FROM sessions s JOIN users u ON u.id = s.user_id
             WHERE s.ended_at IS NULL AND s.ends_at > $1 AND ($2 IS NULL OR s.user_id = $2)
               AND ($3 IS NULL OR s.id > $3)
             ORDER BY s.id LIMIT $4",
        )
        .bind(auth.clock.now())
        .bind(user_id)
        .bind(after)
        .bind(i64::from(limit.min(ADMINISTRATION_PAGE_MAX)))
        .fetch_all(auth.db.readers())
        .await?;
        let live = |LiveRow { session, kind }| {
            let kind = SessionKind::named(&kind).ok_or(Error::Corrupt("the kind of a session"))?;
            Ok(LiveSession { kind, ..session })
        };
        rows.into_iter().map(live).collect()
    }

    /// Ends every session of an account; gives how many.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn end_sessions_of(&self, user_id: &UserId) -> Result<u64, Error> {
        let auth = &self.auth.0;
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        if !user::hold_any(&mut change, user_id).await? {
            return Err(Error::NotFound);
        }
        let ended = change.end_sessions(user_id, None, EndReason::Administrator, &Client::default()).await?;
        change.commit().await?;
        Ok(ended.len() as u64)
    }

    /// Ends one session, whosever it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, or it has ended; [`Error::Database`].
    pub async fn end_session(&self, id: &SessionId) -> Result<(), Error> {
        let auth = &self.auth.0;
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        let owner: Option<(UserId,)> =
            sqlx::query_as("SELECT user_id FROM sessions WHERE id = $1 AND ended_at IS NULL AND ends_at > $2")
                .bind(id)
                .bind(now)
                .fetch_optional(&mut **change)
                .await?;
        let (owner,) = owner.ok_or(Error::NotFound)?;
        change.end_session((&owner, id), EndReason::Administrator, &Client::default()).await?;
        change.commit().await?;
        Ok(())
    }

    /// Ends every session that there is, in small batches; gives how many. One that begins meanwhile stays.
    ///
    /// # Errors
    /// [`Error::Database`]; then some have ended.
    pub async fn end_every_session(&self) -> Result<u64, Error> {
        let auth = &self.auth.0;
        let now = auth.clock.now();
        let mut count = 0;
        loop {
            let mut change = self.change(now).await?;
            let live: Vec<(UserId, SessionId)> = sqlx::query_as(
                "SELECT user_id, id FROM sessions WHERE ended_at IS NULL AND ends_at > $1 AND begun_at <= $1
                 ORDER BY id LIMIT $2",
            )
            .bind(now)
            .bind(BATCH)
            .fetch_all(&mut **change)
            .await?;
            for (user_id, id) in &live {
                let session = (user_id, id);
                count += u64::from(change.end_session(session, EndReason::Administrator, &Client::default()).await?);
            }
            change.commit().await?;
            if live.is_empty() {
                return Ok(count);
            }
        }
    }

    /// Records a test of the mail settings, and returns the mail to send.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn test_mail(&self, to: &EmailAddress) -> Result<crate::mail::outbox::OutgoingMail, Error> {
        self.record_test().await?;
        Ok(self.auth.mail_to_try(to))
    }

    /// The same by way of the outbox, for a running server to send.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn put_test_mail(&self, to: &EmailAddress) -> Result<(), Error> {
        self.record_test().await?;
        self.auth.outbox().send_test_mail(to).await
    }

    async fn record_test(&self) -> Result<(), Error> {
        let event = Event::done(EventKind::TestMailSent);
        let mut change = self.change(self.auth.0.clock.now()).await?;
        change.event(&event).await?;
        change.commit().await?;
        Ok(())
    }

    async fn put_reset(&self, change: &mut Change<'_>, user: &User) -> Result<(), Error> {
        let now = change.now();
        let token = mailed_link::issue(change, LinkPurpose::ResetPassword, &user.id, &user.email, now).await?;
        let mail = Mail::ResetPassword { token };
        change.mail(&user.email, Some(&user.id), &mail).await
    }
}
