//! The outcome of an attempt to send a mail, as the metrics count it.

/// What became of a try to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum MailOutcome {
    Sent,
    /// It is tried again.
    Failed,
    GivenUp,
    /// Its link was used or voided before it was sent.
    Dropped,
}

impl MailOutcome {
    pub(crate) const ALL: [Self; 4] = [Self::Sent, Self::Failed, Self::GivenUp, Self::Dropped];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }
}
