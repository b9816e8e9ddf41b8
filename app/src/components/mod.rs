//! What pages are made of.

mod field;
mod flash;
mod form;
mod next;
mod page;
mod progress;
mod records;
mod time;
mod unread;
mod whole;

pub(crate) use field::{EmailField, PasswordField, TextField, Username};
pub(crate) use flash::NextMessage;
pub(crate) use form::{Form, FormAction, FormError, PlainForm, SubmitButton, error_in_address, load_reader_of_errors};
pub(crate) use next::{NextField, use_next, use_path_with_next};
pub(crate) use page::Page;
pub(crate) use progress::Progress;
pub use records::{CheckField, LineField, RecordForm, TextAreaField};
pub(crate) use records::{Record, RecordWords, records};
pub(crate) use time::{Day, Time};
pub(crate) use unread::Unread;
pub(crate) use whole::{Contents, whole};
