//! Security events: a line in the log for each, under a stable name, without secrets (OWASP ASVS 5.0, V16.3).

use crate::{
    error::{CredentialFailure, Refusal},
    session::{EndReason, Session},
};
use std::fmt;

/// Something that happened to an account.
#[derive(Clone, Debug)]
pub(crate) enum Event<'a> {
    SignedUp {
        session: &'a Session,
    },
    SignedIn {
        session: &'a Session,
    },
    /// The address is not told: people type passwords into that field.
    SignInFailed {
        user: Option<&'a str>,
        why: CredentialFailure,
    },
    Renewed {
        session: &'a Session,
    },
    Repeated {
        session: &'a Session,
        late: bool,
    },
    TokenReplayed {
        session: &'a Session,
        generation: i64,
        presented: i64,
    },
    TokenRefused {
        kind: TokenKind,
        why: Refusal,
    },
    SessionEnded {
        user: &'a str,
        session: &'a str,
        why: EndReason,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Refresh,
    Access,
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refresh => "refresh",
            Self::Access => "access",
        })
    }
}

impl Event<'_> {
    /// Writes it to the log, within the span of the request that caused it.
    pub(crate) fn record(self) {
        match self {
            Self::SignedUp { session } => {
                tracing::info!(target: "auth", event = "signed_up", user = session.user.id, session = session.id);
            }
            Self::SignedIn { session } => {
                tracing::info!(target: "auth", event = "signed_in", user = session.user.id, session = session.id);
            }
            Self::SignInFailed { user, why } => {
                tracing::warn!(target: "auth", event = "sign_in_failed", user, %why);
            }
            Self::Renewed { session } => {
                tracing::info!(target: "auth", event = "renewed", user = session.user.id, session = session.id);
            }
            Self::Repeated { session, late } => {
                tracing::warn!(target: "auth", event = "repeated", user = session.user.id, session = session.id, late);
            }
            Self::TokenReplayed { session, generation, presented } => {
                tracing::error!(
                    target: "auth", event = "token_replayed",
                    user = session.user.id, session = session.id, generation, presented
                );
            }
            Self::TokenRefused { kind, why } => {
                tracing::warn!(target: "auth", event = "token_refused", %kind, %why);
            }
            Self::SessionEnded { user, session, why } => {
                tracing::info!(target: "auth", event = "session_ended", user, session, why = why.as_str());
            }
        }
    }
}
