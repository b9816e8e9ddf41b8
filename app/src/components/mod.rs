//! What pages are made of.

mod field;
mod flash;
mod form;
mod header;
mod lock_plate;
mod page;
mod time;
mod whole;

pub(crate) use field::{EmailField, PasswordField, TextArea};
pub(crate) use flash::NextMessage;
pub(crate) use form::{Form, FormAction, FormError, SubmitButton, error_in_address};
pub(crate) use header::{Header, OfflineBanner};
pub(crate) use lock_plate::LockPlate;
pub(crate) use page::Page;
pub(crate) use time::{Day, Time};
pub(crate) use whole::whole;
