//! The reasons for which a session ends, which pages know too.

pub(crate) use contract::EndReason;
