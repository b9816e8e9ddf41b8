//! The types that both sides of the wire know: security events and the purposes of mailed links.
//!
//! The account engine (`auth`) writes them, and pages read them. The crate needs serde and nothing else, so that the
//! WebAssembly can have it.

mod events;
mod links;
mod words;

pub use events::{EndReason, EventKind, Outcome};
pub use links::{LinkProblem, LinkPurpose};
pub use words::Words;
