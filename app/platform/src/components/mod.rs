//! The components that pages are made of.

mod can;
mod field;
mod flash;
mod form;
mod next;
mod page;
mod progress;
mod records;
mod sign_out;
mod signed_in;
mod time;
mod unread;

pub use crate::erased::{Contents, whole};
pub use can::Can;
pub use field::{EmailField, PasswordField, TextField, Username};
pub use flash::NextMessage;
pub use form::{Form, FormAction, FormError, PlainForm, SubmitButton, error_in_address, load_reader_of_errors};
pub use next::{NextField, use_next, use_path_with_next};
pub use page::Page;
pub use progress::Progress;
pub use records::{CheckField, LineField, Record, RecordForm, RecordWords, Stamp, TextAreaField, records, ticked};
pub use sign_out::SignOut;
pub use signed_in::while_signed_in;
pub use time::{Day, Time};
pub use unread::Unread;
