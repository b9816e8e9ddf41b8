//! The counters that operations share. Figures of one part only are kept there.

use crate::{
    events::metrics::{Counters, EventCounters},
    mail::outcome::MailOutcome,
    sessions::{outcome::SignInOutcome, rotation::rule::Verdict},
    throttle,
};
use ::metrics::{Gauge, counter, describe_counter, describe_gauge, gauge};
use contract::Words;

/// The counters that operations share.
pub(crate) struct Metrics {
    /// Every security event that this process logs.
    pub(crate) events: EventCounters,
    pub(crate) sign_ins: Counters<SignInOutcome>,
    /// Presented refresh tokens, by verdict.
    pub(crate) rotations: Counters<Verdict>,
    /// Waits that began, by what was tried.
    pub(crate) throttle_waits: Counters<&'static str>,
    /// Refused tries, by what was tried.
    pub(crate) throttle_refusals: Counters<&'static str>,
    pub(crate) mails: Counters<MailOutcome>,
    pub(crate) mails_waiting: Gauge,
}

impl Metrics {
    /// Returns the counters of the recorder of this thread. Without a recorder, as in a command, they count nothing.
    pub(crate) fn new() -> Self {
        describe_counter!("auth_sign_ins_total", "Sign-ins that were tried, by how they ended.");
        describe_counter!("auth_rotations_total", "Genuine refresh tokens that were presented, by what they meant.");
        describe_counter!("auth_throttle_waits_total", "Waits that began after too many tries.");
        describe_counter!("auth_throttle_refusals_total", "Tries that had to wait.");
        describe_counter!("auth_mails_total", "Tries to send a mail, by what became of them.");
        describe_gauge!("auth_mails_waiting", "Mails in the outbox that are neither sent nor given up.");
        Self {
            events: EventCounters::of_events(),
            sign_ins: Counters::new(
                SignInOutcome::ALL.iter().copied(),
                |outcome| counter!("auth_sign_ins_total", "outcome" => outcome.as_str()),
            ),
            rotations: Counters::new(
                Verdict::ALL.iter().copied(),
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
                MailOutcome::ALL.iter().copied(),
                |outcome| counter!("auth_mails_total", "outcome" => outcome.as_str()),
            ),
            mails_waiting: gauge!("auth_mails_waiting"),
        }
    }
}
