//! A page that is opened inside the browser has nothing of this: its news arrives with the answers of server functions.

use crate::drafts::RefusedForm;
use crate::error::AppError;
use crate::message::Message;
use crate::preparation::is_shown;
use leptos::prelude::*;
use std::future::{Ready, ready};
use time::UtcOffset;

pub(crate) fn current_user() -> String {
    String::new()
}

/// The document is the server's.
pub(crate) fn is_signed_in() -> bool {
    false
}

/// The document has its status.
pub(crate) fn failed(_error: &AppError) {}

/// An answer has it already.
pub(crate) fn with_request_id(error: AppError) -> AppError {
    error
}

/// The document is there already: nothing of `leptos_meta` is needed, which is 3 KiB of compressed WebAssembly.
pub(crate) fn provide_titles() {}

/// Names the window once the person sees the page.
pub(crate) fn set_title(title: &str) {
    let (title, is_shown) = (title.to_owned(), is_shown());
    Effect::new(move |_| {
        if is_shown.get() {
            document().set_title(&title);
        }
    });
}

/// The browser's distance from UTC at a moment, in milliseconds UTC.
pub(crate) fn utc_offset(at: i64) -> UtcOffset {
    #[expect(clippy::cast_precision_loss, reason = "a date in JavaScript is a float")]
    let date = js_sys::Date::new(&(at as f64).into());
    #[expect(clippy::cast_possible_truncation, reason = "a day has few seconds")]
    let seconds = (-60.0 * date.get_timezone_offset()) as i32;
    UtcOffset::from_whole_seconds(seconds).unwrap_or(UtcOffset::UTC)
}

/// The field is the server's. A fetch sends a key of its own (`idempotency.rs`).
pub(crate) fn form_key() -> Option<String> {
    None
}

pub(crate) fn password_min_length() -> usize {
    0
}

pub(crate) fn message() -> Option<Message> {
    None
}

pub(crate) fn refused_address() -> Option<String> {
    None
}

/// Whether `Keep me signed in` was ticked in the form that was refused.
pub fn refused_remember() -> bool {
    false
}

pub(crate) fn take_form(_endpoints: &'static [&'static str]) -> Ready<RefusedForm> {
    ready(RefusedForm::new())
}

/// Returns what the person had filled into the field `name` of the form that posts to `endpoint`, once.
pub fn take_field(_endpoint: &str, _name: &str) -> Ready<Option<String>> {
    ready(None)
}
