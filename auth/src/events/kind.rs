//! The kinds and outcomes of security events, which pages know too.

pub(crate) use contract::{EventKind, Outcome};
