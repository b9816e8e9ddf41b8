//! The look of the site: the parts of a page that a fork restyles.

mod door;
mod header;
mod lock_plate;
mod not_found;

pub(crate) use door::DoorPage;
pub(crate) use header::{Header, OfflineBanner, Whoami};
pub(crate) use lock_plate::LockPlate;
pub(crate) use not_found::NotFoundPage;
