//! The profile: name and address.

mod address;
mod api;
mod page;
mod words;

pub use api::{SetDisplayName, set_display_name};
pub(crate) use page::ProfilePage;
pub(super) use words::NAME_SAVED;
