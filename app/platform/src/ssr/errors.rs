//! The answer to a client for an error of `auth`.

use crate::error::{AppError, Field, FieldError};
use auth::{
    DISPLAY_NAME_MAX_LENGTH, DisplayNameProblem, EMAIL_MAX_BYTES, EmailProblem, Error, LinkProblem, Millis,
    PASSWORD_MAX_LENGTH, PasswordProblem, Violation,
};

impl From<Error> for AppError {
    /// The log gets the whole error, within the request's span; the client a constant.
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidCredentials(_) => Self::InvalidCredentials,
            Error::Unauthenticated(_) => Self::Unauthenticated,
            Error::SessionChanged => Self::SessionChanged,
            Error::ReauthenticationRequired => Self::ReauthenticationRequired,
            Error::NotFound => Self::NotFound,
            Error::Throttled { retry_after } => Self::RateLimited { retry_after: whole_seconds(retry_after) },
            Error::DeletionTooEarly { retry_after } => {
                Self::DeletionTooEarly { retry_after: whole_seconds(retry_after) }
            }
            Error::Unverified => Self::Unverified,
            Error::Link(LinkProblem::Used) => Self::LinkUsed,
            Error::Link(LinkProblem::Expired) => Self::LinkExpired,
            Error::Link(LinkProblem::Superseded) => Self::LinkSuperseded,
            Error::Link(LinkProblem::Unknown) => Self::LinkUnknown,
            Error::Invalid(violations) => Self::Invalid(violations.into_iter().map(describe).collect()),
            error if error.is_temporary() => {
                tracing::warn!(%error, "unavailable");
                Self::Unavailable
            }
            error => {
                tracing::error!(%error, "failed");
                Self::Internal { request_id: super::scope().ok().map(|scope| scope.request_id.clone()) }
            }
        }
    }
}

/// So many that the wait is over then.
fn whole_seconds(millis: Millis) -> u64 {
    u64::try_from(millis).unwrap_or_default().div_ceil(1000).max(1)
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        Error::from(error).into()
    }
}

fn describe(violation: Violation) -> (Field, FieldError) {
    let limit = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    match violation {
        Violation::Email(problem) => (
            Field::Email,
            match problem {
                EmailProblem::Empty => FieldError::Required,
                EmailProblem::TooLong => FieldError::TooLong { limit: limit(EMAIL_MAX_BYTES) },
                EmailProblem::NotAnAddress => FieldError::NotAnAddress,
                EmailProblem::Taken => FieldError::Taken,
            },
        ),
        Violation::Password(problem) => (
            Field::Password,
            match problem {
                PasswordProblem::TooShort { min } => FieldError::TooShort { limit: limit(min) },
                PasswordProblem::TooLong => FieldError::TooLong { limit: limit(PASSWORD_MAX_LENGTH) },
                PasswordProblem::Common => FieldError::Common,
                PasswordProblem::FromAddress => FieldError::FromAddress,
                PasswordProblem::Guessable => FieldError::Guessable,
                PasswordProblem::Breached => FieldError::Breached,
            },
        ),
        Violation::CurrentPassword => (Field::CurrentPassword, FieldError::WrongPassword),
        Violation::DisplayName(problem) => (
            Field::DisplayName,
            match problem {
                DisplayNameProblem::TooLong => FieldError::TooLong { limit: limit(DISPLAY_NAME_MAX_LENGTH) },
                DisplayNameProblem::Unprintable => FieldError::Unprintable,
            },
        ),
        Violation::Confirmation => (Field::Confirmation, FieldError::Mismatch),
    }
}
