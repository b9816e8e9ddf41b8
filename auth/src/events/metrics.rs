//! What is measured: counts, durations and lengths of queues for whoever watches over the server, by way of the
//! `metrics` facade, which is to figures what `tracing` is to the lines of a log. Who collects them is decided above
//! this crate: the recorder of the thread on which [`Auth::new`] runs. Where there is none, nothing is.
//!
//! A label is one of a closed set of words of ours: nothing that a client sends is among them, no id and no address. The
//! names are what others draw and alert by: they never change, and none is the product's.

use crate::{
    Auth, Grant,
    error::{CredentialFailure, Error},
    events::event::{EventKind, Outcome},
    mail::outbox,
    sessions::rotation::rule::Verdict,
    throttle,
};
use ::metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use std::collections::HashMap;
use std::hash::Hash;

/// A counter for each member of a closed set. All are there from the start: what has not happened yet is a zero.
pub(crate) struct Counters<K>(HashMap<K, Counter>);

impl<K: Copy + Eq + Hash> Counters<K> {
    fn new(all: impl IntoIterator<Item = K>, counter: impl Fn(K) -> Counter) -> Self {
        Self(all.into_iter().map(|one| (one, counter(one))).collect())
    }

    /// Counts one more.
    pub(crate) fn count(&self, one: K) {
        if let Some(counter) = self.0.get(&one) {
            counter.increment(1);
        }
    }
}

/// What is measured of accounts. What is measured in one place only is kept there: see [`HashMetrics`] and what follows
/// it.
pub(crate) struct Metrics {
    /// Every security event that this process logs.
    pub(crate) events: Counters<(EventKind, Outcome)>,
    pub(crate) sign_ins: Counters<SignInOutcome>,
    /// What presented refresh tokens meant.
    pub(crate) rotations: Counters<Verdict>,
    /// Waits that began, by what was tried.
    pub(crate) throttle_waits: Counters<&'static str>,
    /// Tries that were not let through, by what was tried.
    pub(crate) throttle_refusals: Counters<&'static str>,
    pub(crate) mails: Counters<MailOutcome>,
    mails_waiting: Gauge,
}

/// How a sign-in ended.
///
/// An address that nobody has and a wrong password are the same here: whoever could read them apart while trying would
/// learn who has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SignInOutcome {
    SignedIn,
    WrongCredentials,
    Disabled,
    Changed,
    Unverified,
    Throttled,
    Busy,
    Failed,
}

/// What became of a try to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum MailOutcome {
    Sent,
    /// It is tried again.
    Failed,
    GivenUp,
    /// Its link was used or voided before it was sent.
    Dropped,
}

impl Metrics {
    /// Hands everything to the recorder of this thread; where there is none, as in a command, to nobody.
    pub(crate) fn new() -> Self {
        describe_counter!("auth_events_total", "Security events.");
        describe_counter!("auth_sign_ins_total", "Sign-ins that were tried, by how they ended.");
        describe_counter!("auth_rotations_total", "Genuine refresh tokens that were presented, by what they meant.");
        describe_counter!("auth_throttle_waits_total", "Waits that began after too many tries.");
        describe_counter!("auth_throttle_refusals_total", "Tries that had to wait.");
        describe_counter!("auth_mails_total", "Tries to send a mail, by what became of them.");
        describe_gauge!("auth_mails_waiting", "Mails in the outbox that are neither sent nor given up.");
        let outcomes = [Outcome::Done, Outcome::Refused];
        let events = EventKind::ALL.into_iter().flat_map(|kind| outcomes.map(|outcome| (kind, outcome)));
        Self {
            events: Counters::new(
                events,
                |(kind, outcome)| counter!("auth_events_total", "kind" => kind.as_str(), "outcome" => outcome.as_str()),
            ),
            sign_ins: Counters::new(
                SignInOutcome::ALL,
                |outcome| counter!("auth_sign_ins_total", "outcome" => outcome.as_str()),
            ),
            rotations: Counters::new(
                Verdict::ALL,
                |verdict| counter!("auth_rotations_total", "verdict" => verdict.as_str()),
            ),
            throttle_waits: Counters::new(
                throttle::tried(),
                |tried| counter!("auth_throttle_waits_total", "tried" => tried),
            ),
            throttle_refusals: Counters::new(
                throttle::tried(),
                |tried| counter!("auth_throttle_refusals_total", "tried" => tried),
            ),
            mails: Counters::new(
                MailOutcome::ALL,
                |outcome| counter!("auth_mails_total", "outcome" => outcome.as_str()),
            ),
            mails_waiting: gauge!("auth_mails_waiting"),
        }
    }
}

/// What is measured of the pool that hashes passwords.
pub(crate) struct HashMetrics {
    pub(crate) waiting: Gauge,
    pub(crate) running: Gauge,
    /// Refused because the queue was full.
    pub(crate) refused_full: Counter,
    /// Refused because their client had its share of the queue.
    pub(crate) refused_share: Counter,
    /// From the place in the queue to the core, in seconds.
    pub(crate) wait: Histogram,
    /// From there to the hash, in seconds.
    pub(crate) duration: Histogram,
}

impl HashMetrics {
    pub(crate) fn new() -> Self {
        describe_gauge!("auth_password_hashes_waiting", "Passwords that wait for a core.");
        describe_gauge!("auth_password_hashes_running", "Passwords that are being hashed.");
        describe_counter!(
            "auth_password_hashes_refused_total",
            "Passwords that found the queue full, or their client's share of it."
        );
        describe_histogram!("auth_password_hash_wait_seconds", "How long a password waited for a core.");
        describe_histogram!("auth_password_hash_duration_seconds", "How long a password was hashed.");
        Self {
            waiting: gauge!("auth_password_hashes_waiting"),
            running: gauge!("auth_password_hashes_running"),
            refused_full: counter!("auth_password_hashes_refused_total", "why" => "full"),
            refused_share: counter!("auth_password_hashes_refused_total", "why" => "share"),
            wait: histogram!("auth_password_hash_wait_seconds"),
            duration: histogram!("auth_password_hash_duration_seconds"),
        }
    }
}

/// How many rotations shared a commit.
pub(crate) fn rotations_per_commit() -> Histogram {
    describe_histogram!("auth_rotations_per_commit", "Rotations of refresh tokens that were committed together.");
    histogram!("auth_rotations_per_commit")
}

/// How long a transaction waited until it could write, in seconds.
pub(crate) fn write_wait() -> Histogram {
    describe_histogram!("auth_database_write_wait_seconds", "How long a transaction waited until it could write.");
    histogram!("auth_database_write_wait_seconds")
}

/// Refusals that are in the log and will not be in the table.
pub(crate) fn events_lost() -> Counter {
    describe_counter!("auth_events_lost_total", "Security events that are in the log and not in the database.");
    counter!("auth_events_lost_total")
}

impl SignInOutcome {
    const ALL: [Self; 8] = [
        Self::SignedIn,
        Self::WrongCredentials,
        Self::Disabled,
        Self::Changed,
        Self::Unverified,
        Self::Throttled,
        Self::Busy,
        Self::Failed,
    ];

    pub(crate) fn of(answer: &Result<Grant, Error>) -> Self {
        match answer {
            Ok(_) => Self::SignedIn,
            Err(Error::InvalidCredentials(CredentialFailure::UnknownAddress | CredentialFailure::WrongPassword)) => {
                Self::WrongCredentials
            }
            Err(Error::InvalidCredentials(CredentialFailure::Disabled)) => Self::Disabled,
            Err(Error::InvalidCredentials(CredentialFailure::Changed)) => Self::Changed,
            Err(Error::Unverified) => Self::Unverified,
            Err(Error::Throttled { .. }) => Self::Throttled,
            Err(Error::Busy) => Self::Busy,
            Err(_) => Self::Failed,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::Disabled => "disabled",
            Self::Changed => "changed",
            Self::Unverified => "unverified",
            Self::Throttled => "throttled",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }
}

impl MailOutcome {
    const ALL: [Self; 4] = [Self::Sent, Self::Failed, Self::GivenUp, Self::Dropped];

    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }
}

impl Auth {
    /// Measures what is of interest only at the moment when somebody looks: how many passwords and mails wait. What
    /// cannot be known now is not a number.
    pub async fn measure(&self) {
        self.0.hasher.measure();
        let waiting = outbox::waiting(&self.0.db).await;
        self.0.metrics.mails_waiting.set(waiting.map_or(f64::NAN, f64::from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Refusal;

    #[test]
    fn each_outcome_has_a_word_of_its_own() {
        let words = SignInOutcome::ALL.map(SignInOutcome::as_str);
        assert_eq!(words.iter().collect::<std::collections::HashSet<_>>().len(), words.len());
        for (error, outcome) in [
            (Error::InvalidCredentials(CredentialFailure::UnknownAddress), "wrong_credentials"),
            (Error::InvalidCredentials(CredentialFailure::WrongPassword), "wrong_credentials"),
            (Error::InvalidCredentials(CredentialFailure::Disabled), "disabled"),
            (Error::InvalidCredentials(CredentialFailure::Changed), "changed"),
            (Error::Unverified, "unverified"),
            (Error::Throttled { retry_after: 1 }, "throttled"),
            (Error::Busy, "busy"),
            (Error::Interrupted, "failed"),
            (Error::Unauthenticated(Refusal::Forged), "failed"),
        ] {
            assert_eq!(SignInOutcome::of(&Err(error)).as_str(), outcome);
        }
    }
}
