//! Security events: a row for each, and a line in the log under the same name, without secrets (OWASP ASVS 5.0,
//! V16.3).
//!
//! What changed something is recorded in the transaction of the change ([`Event::record_in`]) and told after its
//! commit ([`Event::tell`]). What was only refused waits for a common write ([`crate::Auth::record`]), so that garbage
//! costs none of its own.

use crate::{
    clients::client::Device, clock::Millis, error::Error, events::metrics::Metrics, sessions::session::Session,
    storage::db::Engine,
};
use sqlx::Transaction;
use std::borrow::Cow;
use tracing::Level;
use uuid::Uuid;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// An account was made.
    SignedUp,
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried to, in vain.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// A session ended in another way; the detail is its [`crate::EndReason`].
    SessionEnded,
    /// A session was renewed. It happens all the time: logged, and kept nowhere.
    Renewed,
    /// The answer to a renewal was repeated; the detail says whether `in_time` or `late`.
    Repeated,
    /// A refresh token came a second time, and its session was ended.
    TokenReplayed,
    /// A token was refused; the detail is its kind and the reason.
    TokenRefused,
    /// A mailed link was refused; the detail is its purpose and the reason.
    LinkRefused,
    /// The password was asked for once more.
    Reauthenticated,
    /// The password was changed by who knew it.
    PasswordChanged,
    /// A link to replace the password was asked for, by whoever knew the address.
    PasswordResetRequested,
    /// The password was replaced by way of a mailed link.
    PasswordReset,
    /// The owner of the address confirmed it.
    AddressVerified,
    /// Another address was asked for.
    AddressChangeRequested,
    /// The address is another.
    AddressChanged,
    /// It is the one before again.
    AddressChangeUndone,
    /// A change that was asked for was cancelled before its confirmation.
    AddressChangeCancelled,
    /// The profile was changed.
    ProfileChanged,
    /// Everything about the account was downloaded.
    DataDownloaded,
    /// The account was deleted. Whose it was is no longer known.
    AccountDeleted,
    /// A request came from another site.
    CrossOriginRefused,
    /// Somebody asked for what is not theirs.
    AccessRefused,
    /// A mail could not be sent for so long that nobody tries any more.
    MailGivenUp,
    /// Nobody could say whether a new password was breached, so it passed; the detail is why.
    BreachLookupFailed,
    /// Too many tries: the next has to wait. Once for each wait that begins; the detail is what was tried.
    Throttled,
    /// An administrator made an account.
    AccountCreated,
    /// An administrator mailed the owner of an account an invitation.
    InvitationSent,
    /// An administrator took an invitation back.
    InvitationRevoked,
    /// The owner of an account chose the first password by way of an invitation.
    InvitationAccepted,
    /// An administrator disabled the account.
    AccountDisabled,
    /// An administrator enabled it again.
    AccountEnabled,
    /// An administrator backed the database up.
    BackedUp,
    /// The database was replaced by a backup.
    Restored,
    /// An administrator tried whether mail is sent.
    TestMailSent,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// As was asked.
    Done,
    /// It was refused.
    Refused,
}

impl EventKind {
    pub(crate) const ALL: [Self; 36] = [
        Self::SignedUp,
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::SessionEnded,
        Self::Renewed,
        Self::Repeated,
        Self::TokenReplayed,
        Self::TokenRefused,
        Self::LinkRefused,
        Self::Reauthenticated,
        Self::PasswordChanged,
        Self::PasswordResetRequested,
        Self::PasswordReset,
        Self::AddressVerified,
        Self::AddressChangeRequested,
        Self::AddressChanged,
        Self::AddressChangeUndone,
        Self::AddressChangeCancelled,
        Self::ProfileChanged,
        Self::DataDownloaded,
        Self::AccountDeleted,
        Self::CrossOriginRefused,
        Self::AccessRefused,
        Self::MailGivenUp,
        Self::BreachLookupFailed,
        Self::Throttled,
        Self::AccountCreated,
        Self::InvitationSent,
        Self::InvitationRevoked,
        Self::InvitationAccepted,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::BackedUp,
        Self::Restored,
        Self::TestMailSent,
    ];

    /// Its name in the table and in the log. Others count and alert by it: it never changes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedUp => "signed_up",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::SessionEnded => "session_ended",
            Self::Renewed => "renewed",
            Self::Repeated => "repeated",
            Self::TokenReplayed => "token_replayed",
            Self::TokenRefused => "token_refused",
            Self::LinkRefused => "link_refused",
            Self::Reauthenticated => "reauthenticated",
            Self::PasswordChanged => "password_changed",
            Self::PasswordResetRequested => "password_reset_requested",
            Self::PasswordReset => "password_reset",
            Self::AddressVerified => "address_verified",
            Self::AddressChangeRequested => "address_change_requested",
            Self::AddressChanged => "address_changed",
            Self::AddressChangeUndone => "address_change_undone",
            Self::AddressChangeCancelled => "address_change_cancelled",
            Self::ProfileChanged => "profile_changed",
            Self::DataDownloaded => "data_downloaded",
            Self::AccountDeleted => "account_deleted",
            Self::CrossOriginRefused => "cross_origin_refused",
            Self::AccessRefused => "access_refused",
            Self::Throttled => "throttled",
            Self::MailGivenUp => "mail_given_up",
            Self::BreachLookupFailed => "breach_lookup_failed",
            Self::AccountCreated => "account_created",
            Self::InvitationSent => "invitation_sent",
            Self::InvitationRevoked => "invitation_revoked",
            Self::InvitationAccepted => "invitation_accepted",
            Self::AccountDisabled => "account_disabled",
            Self::AccountEnabled => "account_enabled",
            Self::BackedUp => "backed_up",
            Self::Restored => "restored",
            Self::TestMailSent => "test_mail_sent",
        }
    }

    /// The kind of a name; `None` for one that this version does not know.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Outcome {
    /// Its name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Done, Self::Refused].into_iter().find(|outcome| outcome.as_str() == name)
    }
}

/// One event, as it is told: what, who, in which session, from where.
#[derive(Clone, Debug)]
#[must_use = "an event that is not recorded tells nobody"]
pub(crate) struct Event<'a> {
    kind: EventKind,
    outcome: Outcome,
    user: Option<&'a str>,
    session: Option<&'a str>,
    device: Option<&'a Device>,
    /// A word of ours, never of a client's.
    detail: Option<Cow<'static, str>>,
    generations: Option<(i64, i64)>,
}

impl<'a> Event<'a> {
    /// Something that was done.
    pub(crate) fn done(kind: EventKind) -> Self {
        Self { kind, outcome: Outcome::Done, user: None, session: None, device: None, detail: None, generations: None }
    }

    /// Something that was refused.
    pub(crate) fn refused(kind: EventKind) -> Self {
        Self { outcome: Outcome::Refused, ..Self::done(kind) }
    }

    /// To whom it happened, and in which session.
    pub(crate) fn of(self, session: &'a Session) -> Self {
        self.user(session.user.id.as_str()).session(&session.id)
    }

    /// To whom it happened.
    pub(crate) fn user(self, id: impl Into<Option<&'a str>>) -> Self {
        Self { user: id.into(), ..self }
    }

    /// In which session.
    pub(crate) fn session(self, id: &'a str) -> Self {
        Self { session: Some(id), ..self }
    }

    /// Who caused it.
    pub(crate) fn device(self, device: &'a Device) -> Self {
        Self { device: Some(device), ..self }
    }

    /// What more there is to say: one of a closed set of words.
    pub(crate) fn detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// For the log: where the session stood, and which generation was presented.
    pub(crate) fn generations(self, stored: i64, presented: i64) -> Self {
        Self { generations: Some((stored, presented)), ..self }
    }

    /// Records it with what it tells about: both are committed, or neither. To be told after the commit.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn record_in(&self, tx: &mut Transaction<'static, Engine>, now: Millis) -> Result<(), Error> {
        self.row(now).insert(tx).await
    }

    /// Logs it and counts it.
    pub(crate) fn tell(&self, metrics: &Metrics) {
        self.log();
        metrics.events.count((self.kind, self.outcome));
    }

    /// Writes it to the log, within the span of the request that caused it.
    fn log(&self) {
        let (user, session, detail) = (self.user, self.session, self.detail.as_deref());
        let generation = self.generations.map(|(stored, _)| stored);
        let presented = self.generations.map(|(_, presented)| presented);
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    target: "auth", $level, event = self.kind.as_str(), user, session, detail, generation, presented
                )
            };
        }
        match (self.kind, self.outcome) {
            (EventKind::TokenReplayed | EventKind::MailGivenUp, _) => line!(Level::ERROR),
            (EventKind::Repeated, _) | (_, Outcome::Refused) => line!(Level::WARN),
            (_, Outcome::Done) => line!(Level::INFO),
        }
    }

    /// As it is kept.
    pub(crate) fn row(&self, now: Millis) -> Row {
        Row {
            id: Uuid::now_v7().to_string(),
            at: now,
            kind: self.kind,
            outcome: self.outcome,
            user_id: self.user.map(str::to_owned),
            session_id: self.session.map(str::to_owned),
            address: self.device.and_then(Device::kept_address),
            device: self.device.map(Device::kept_user_agent).filter(|device| !device.is_empty()),
            detail: self.detail.clone(),
        }
    }
}

/// A row of the table of events.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) at: Millis,
    pub(crate) kind: EventKind,
    pub(crate) outcome: Outcome,
    pub(crate) user_id: Option<String>,
    pub(crate) session_id: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) detail: Option<Cow<'static, str>>,
}

impl Row {
    pub(crate) async fn insert(&self, tx: &mut Transaction<'static, Engine>) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO events (id, at, kind, outcome, user_id, session_id, address, device, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&self.id)
        .bind(self.at)
        .bind(self.kind.as_str())
        .bind(self.outcome.as_str())
        .bind(self.user_id.as_deref())
        .bind(self.session_id.as_deref())
        .bind(self.address.as_deref())
        .bind(self.device.as_deref())
        .bind(self.detail.as_deref())
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_name_of_its_own_by_which_it_is_found() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::named(kind.as_str()), Some(kind));
        }
        assert_eq!(EventKind::named("made_up"), None);
        assert_eq!(Outcome::named("done"), Some(Outcome::Done));
        assert_eq!(Outcome::named("refused"), Some(Outcome::Refused));
        assert_eq!(Outcome::named(""), None);
    }

    #[test]
    fn a_client_that_says_nothing_of_itself_is_none() {
        let row = Event::refused(EventKind::SignInFailed).device(&Device::default()).row(7);
        assert_eq!((row.at, row.device, row.address), (7, None, None));
    }
}
