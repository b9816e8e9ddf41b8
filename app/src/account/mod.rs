//! A person's own account.

mod api;
mod page;

pub use api::{Me, me};
pub(crate) use page::AccountPage;
