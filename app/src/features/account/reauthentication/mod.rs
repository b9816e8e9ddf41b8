//! The password, asked for once more before something that an unattended browser must not do.
//!
//! Where the page is an app, a panel asks in place and the same form is sent again. Without JavaScript a page asks,
//! and leads back to the form as it was filled in.

mod api;
mod page;
mod panel;
mod words;

pub use api::{Reauthenticate, reauthenticate};
pub(crate) use page::ReauthenticationPage;
pub(crate) use panel::ReauthenticationPanel;
pub(super) use words::DONE as REAUTHENTICATED;
