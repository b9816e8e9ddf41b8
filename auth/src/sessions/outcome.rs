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
