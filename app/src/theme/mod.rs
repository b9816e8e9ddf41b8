//! The look of the site: the parts of a page that a fork restyles.

mod document;
mod door;
mod forbidden;
mod header;
mod lock_plate;
mod not_found;
mod offline;
pub(crate) mod words;

pub(crate) use document::head;
pub(crate) use door::DoorPage;
pub(crate) use forbidden::ForbiddenPage;
pub(crate) use header::{Header, Whoami};
pub(crate) use lock_plate::LockPlate;
pub(crate) use not_found::NotFoundPage;
pub(crate) use offline::OfflineBanner;
