//! The outcome of an attempt to send a mail, as the metrics count it.

contract::words! {
    /// The outcome of an attempt to send a mail.
    pub(crate) enum MailOutcome {
        Sent = "sent",
        /// It is tried again.
        Failed = "failed",
        GivenUp = "given_up",
        /// Its link was used or voided before it was sent.
        Dropped = "dropped",
    }
}
