//! The types that both sides of the wire know: errors, security events, the purposes of mailed links,
//! permissions.
//!
//! The account engine (`auth`) and the server make them, and pages read them. The crate needs serde and nothing else, so
//! that the WebAssembly can have it. With the feature `server_fn`, [`AppError`] is an error of Leptos's server functions.

mod error;
mod events;
mod links;
mod permissions;
mod problems;
mod words;

pub use error::{AppError, Field, FieldError, FieldErrors};
pub use events::{EndReason, EventKind, Outcome};
pub use links::{LinkProblem, LinkPurpose};
pub use permissions::{Permission, ROLE_ADMIN, ROLE_MAX_LENGTH, ROLE_USER, ROLES_PER_USER, RoleProblem};
pub use problems::{
    DISPLAY_NAME_MAX_LENGTH, DisplayNameProblem, EMAIL_MAX_BYTES, EmailProblem, PASSWORD_MAX_LENGTH, PasswordProblem,
};
pub use words::Words;
