//! What a client is told of an error in `auth`.

use crate::error::{AppError, Field, FieldError};
use auth::{EMAIL_MAX_BYTES, EmailProblem, Error, PASSWORD_MAX_LENGTH, PasswordProblem, Violation};

impl From<Error> for AppError {
    /// The log gets the whole error, within the request's span; the client a constant.
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidCredentials(_) => Self::InvalidCredentials,
            Error::Unauthenticated(_) => Self::Unauthenticated,
            Error::SessionChanged => Self::SessionChanged,
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
            },
        ),
    }
}
