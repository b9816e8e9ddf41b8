//! Refusals of sign-ups: each is an event, written in common with others (`events/refusal_writer.rs`).

use crate::{
    clients::client::Client,
    error::{Error, Violation},
    events::event::Event,
    handle::Auth,
    ids::UserId,
};
use contract::{EmailProblem, EventKind};

impl Auth {
    /// Records that a sign-up was refused, and returns the error to answer with. `holder` is who has the address.
    pub(crate) fn refuse_sign_up(&self, violations: Vec<Violation>, holder: Option<&UserId>, client: &Client) -> Error {
        let detail = match violations.first() {
            Some(Violation::Email(EmailProblem::Taken)) => "taken",
            Some(Violation::Email(_)) => "address",
            _ => "password",
        };
        self.record(&Event::refused(EventKind::SignedUp).user(holder).client(client).detail(detail));
        Error::Invalid(violations)
    }
}
