//! Links that come by mail: what one is good for, and what its page says of one that is good for nothing.
//!
//! Opening a link uses nothing up, so that a mail scanner may; what uses it is the button on its page. The token stays
//! in the page's address, which no log and no `Referer` tells, and goes from there into a hidden field. It is not kept
//! in the flow meanwhile: there it would stand in the database as it is, beside the table that only has its hash.

mod api;
mod page;
mod proof;
mod words;

pub use api::{LinkDestination, LookAtLink, link_destination, look_at_link};
pub(crate) use page::{LinkPage, OpenedLink};
pub(crate) use proof::{PasswordProof, password_error};

use leptos::server_fn::ServerFn;
use platform::site::Feature;
use serde::{Deserialize, Serialize};

/// The feature. Its page belongs to the features whose links it opens.
pub const FEATURE: Feature = Feature { open: &[LookAtLink::PATH, LinkDestination::PATH], ..Feature::EMPTY };

/// A link that is good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodLink {
    /// The address that it was sent to.
    pub address: String,
    /// The address that the account has which the link is about.
    pub account: String,
    /// Whether that account is signed in here.
    pub is_own: bool,
    /// Whether the link takes a new password in place of the account's.
    pub takes_new_password: bool,
}
