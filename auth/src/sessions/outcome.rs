//! The outcome of a sign-in, as the metrics count it.

use crate::error::{CredentialFailure, Error};

contract::words! {
    /// How a sign-in ended.
    ///
    /// An unknown address and a wrong password are one outcome. An attacker who could tell them apart in the metrics would
    /// learn who has an account.
    pub(crate) enum SignInOutcome {
        SignedIn = "signed_in",
        WrongCredentials = "wrong_credentials",
        Disabled = "disabled",
        Changed = "changed",
        Unverified = "unverified",
        Throttled = "throttled",
        Busy = "busy",
        Failed = "failed",
    }
}

impl SignInOutcome {
    /// Returns the outcome of a sign-in that failed.
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::InvalidCredentials(CredentialFailure::UnknownAddress | CredentialFailure::WrongPassword) => {
                Self::WrongCredentials
            }
            Error::InvalidCredentials(CredentialFailure::Disabled) => Self::Disabled,
            Error::InvalidCredentials(CredentialFailure::Changed) => Self::Changed,
            Error::Throttled { .. } => Self::Throttled,
            Error::Busy => Self::Busy,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Refusal;
    use contract::Words;
    use std::collections::HashSet;

    #[test]
    fn each_outcome_has_a_word_of_its_own() {
        let words: HashSet<_> = SignInOutcome::ALL.iter().map(|outcome| outcome.as_str()).collect();
        assert_eq!(words.len(), SignInOutcome::ALL.len());
        for (error, outcome) in [
            (Error::InvalidCredentials(CredentialFailure::UnknownAddress), "wrong_credentials"),
            (Error::InvalidCredentials(CredentialFailure::WrongPassword), "wrong_credentials"),
            (Error::InvalidCredentials(CredentialFailure::Disabled), "disabled"),
            (Error::InvalidCredentials(CredentialFailure::Changed), "changed"),
            (Error::Throttled { retry_after: 1 }, "throttled"),
            (Error::Busy, "busy"),
            (Error::Interrupted, "failed"),
            (Error::Unauthenticated(Refusal::Forged), "failed"),
        ] {
            assert_eq!(SignInOutcome::of(&error).as_str(), outcome);
        }
    }
}
