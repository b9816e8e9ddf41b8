//! The security of the account: its password.

mod api;
mod page;
mod words;

pub use api::{ChangePassword, change_password};
pub(crate) use page::SecurityPage;
pub(super) use words::CHANGED as PASSWORD_CHANGED;
