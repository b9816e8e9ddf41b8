//! The outcome of a sign-in, as the metrics count it.

use crate::error::{CredentialFailure, Error};

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

impl SignInOutcome {
    pub(crate) const ALL: [Self; 8] = [
        Self::SignedIn,
        Self::WrongCredentials,
        Self::Disabled,
        Self::Changed,
        Self::Unverified,
        Self::Throttled,
        Self::Busy,
        Self::Failed,
    ];

    pub(crate) fn of<T>(answer: &Result<T, Error>) -> Self {
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

    pub(crate) fn as_str(self) -> &'static str {
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
            assert_eq!(SignInOutcome::of(&Err::<(), _>(error)).as_str(), outcome);
        }
    }
}
