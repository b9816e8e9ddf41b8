//! The answer to a client for an error.

use super::{Error, Violation};
use crate::clock::Millis;
use contract::{AppError, Field, FieldError, LinkProblem};

impl From<Error> for AppError {
    /// Returns the constant that a client is told. The whole error goes to the log, within the request's span. The
    /// request's id is not known here; the server adds it to the answer.
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidCredentials(_) => Self::InvalidCredentials,
            Error::Unauthenticated(_) => Self::Unauthenticated,
            Error::SessionChanged => Self::SessionChanged,
            Error::ReauthenticationRequired => Self::ReauthenticationRequired,
            Error::NotFound => Self::NotFound,
            Error::Forbidden(_) => Self::Forbidden,
            Error::LastAdministrator => Self::LastAdministrator,
            Error::Throttled { retry_after } => Self::RateLimited { retry_after: whole_seconds(retry_after) },
            Error::DeletionTooEarly { retry_after } => {
                Self::DeletionTooEarly { retry_after: whole_seconds(retry_after) }
            }
            Error::Link(LinkProblem::Used) => Self::LinkUsed,
            Error::Link(LinkProblem::Expired) => Self::LinkExpired,
            Error::Link(LinkProblem::Superseded) => Self::LinkSuperseded,
            Error::Link(LinkProblem::Unknown) => Self::LinkUnknown,
            Error::Invalid(violations) => Self::Invalid(violations.into_iter().map(describe).collect()),
            error if error.is_temporary() => {
                tracing::warn!(target: "auth", %error, "unavailable");
                Self::Unavailable
            }
            error => {
                tracing::error!(target: "auth", %error, "failed");
                Self::Internal { request_id: None }
            }
        }
    }
}

/// Rounds up, so that the wait is over then.
fn whole_seconds(millis: Millis) -> u64 {
    u64::try_from(millis).unwrap_or_default().div_ceil(1000).max(1)
}

fn describe(violation: Violation) -> (Field, FieldError) {
    match violation {
        Violation::Email(problem) => (Field::Email, problem.into()),
        Violation::Password(problem) => (Field::Password, problem.into()),
        Violation::CurrentPassword => (Field::CurrentPassword, FieldError::WrongPassword),
        Violation::DisplayName(problem) => (Field::DisplayName, problem.into()),
        Violation::Role(problem) => (Field::Role, problem.into()),
        Violation::Confirmation => (Field::Confirmation, FieldError::Mismatch),
    }
}
