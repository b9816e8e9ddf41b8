//! The limits of an address, a password and a display name, and the problems that an entered one can have.

use crate::{FieldError, ROLES_PER_USER, RoleProblem};

/// The longest address, in bytes (RFC 5321, section 4.5.3.1.3, without the angle brackets).
pub const EMAIL_MAX_BYTES: usize = 254;
/// The longest password, in characters.
pub const PASSWORD_MAX_LENGTH: usize = 256;
/// The longest display name, in characters.
pub const DISPLAY_NAME_MAX_LENGTH: usize = 80;

/// A problem of an entered address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailProblem {
    /// Nothing but blanks.
    Empty,
    /// Longer than [`EMAIL_MAX_BYTES`].
    TooLong,
    /// Not of the form `local@domain.tld`, or with characters that an address cannot have.
    NotAnAddress,
    /// Another account has it.
    Taken,
}

/// A problem of a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer characters than `min`.
    TooShort {
        /// The least length.
        min: usize,
    },
    /// More than [`PASSWORD_MAX_LENGTH`] characters.
    TooLong,
    /// On the bundled list.
    Common,
    /// Little more than the account's own address.
    FromAddress,
    /// Scored below 3 by `zxcvbn`: fewer than 10^8 guesses.
    Guessable,
    /// Known from a data breach.
    Breached,
}

/// A problem of an entered display name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisplayNameProblem {
    /// More than [`DISPLAY_NAME_MAX_LENGTH`] characters.
    TooLong,
    /// It holds an invisible character, such as a line break or one that turns the text around it.
    Unprintable,
}

impl From<RoleProblem> for FieldError {
    fn from(problem: RoleProblem) -> Self {
        match problem {
            RoleProblem::Malformed => Self::NotARole,
            RoleProblem::Taken => Self::RoleTaken,
            RoleProblem::Unknown => Self::RoleUnknown,
            RoleProblem::BuiltIn => Self::RoleBuiltIn,
            RoleProblem::Held => Self::RoleHeld,
            RoleProblem::TooMany => Self::TooMany { limit: limit(ROLES_PER_USER) },
        }
    }
}

impl From<EmailProblem> for FieldError {
    fn from(problem: EmailProblem) -> Self {
        match problem {
            EmailProblem::Empty => Self::Required,
            EmailProblem::TooLong => Self::TooLong { limit: limit(EMAIL_MAX_BYTES) },
            EmailProblem::NotAnAddress => Self::NotAnAddress,
            EmailProblem::Taken => Self::Taken,
        }
    }
}

impl From<PasswordProblem> for FieldError {
    fn from(problem: PasswordProblem) -> Self {
        match problem {
            PasswordProblem::TooShort { min } => Self::TooShort { limit: limit(min) },
            PasswordProblem::TooLong => Self::TooLong { limit: limit(PASSWORD_MAX_LENGTH) },
            PasswordProblem::Common => Self::Common,
            PasswordProblem::FromAddress => Self::FromAddress,
            PasswordProblem::Guessable => Self::Guessable,
            PasswordProblem::Breached => Self::Breached,
        }
    }
}

impl From<DisplayNameProblem> for FieldError {
    fn from(problem: DisplayNameProblem) -> Self {
        match problem {
            DisplayNameProblem::TooLong => Self::TooLong { limit: limit(DISPLAY_NAME_MAX_LENGTH) },
            DisplayNameProblem::Unprintable => Self::Unprintable,
        }
    }
}

fn limit(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
