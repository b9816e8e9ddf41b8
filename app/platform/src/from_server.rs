//! Values that only the server has while it renders a page, which the browser reads out of the page and never fetches
//! here; and functions that each of the two has in its own way.

#[cfg(feature = "ssr")]
pub(crate) use on_the_server::{
    current_user, failed, form_key, is_signed_in, message, password_min_length, provide_titles, refused_address,
    set_title, take_form, utc_offset, with_request_id,
};
#[cfg(feature = "ssr")]
pub use on_the_server::{refused_remember, take_field};

#[cfg(not(feature = "ssr"))]
pub(crate) use in_the_browser::{
    current_user, failed, form_key, is_signed_in, message, password_min_length, provide_titles, refused_address,
    set_title, take_form, utc_offset, with_request_id,
};
#[cfg(not(feature = "ssr"))]
pub use in_the_browser::{refused_remember, take_field};

#[cfg(feature = "ssr")]
mod on_the_server {
    use crate::drafts::RefusedForm;
    use crate::error::AppError;
    use crate::message::Message;
    use crate::ssr;
    use http::StatusCode;
    use std::future::{Ready, ready};
    use time::UtcOffset;

    pub(crate) use leptos_meta::provide_meta_context as provide_titles;

    /// Puts the window's title into the document's head.
    pub(crate) fn set_title(title: &str) {
        let text = Some(title.to_owned().into());
        let _in_the_head = leptos_meta::Title(leptos_meta::TitleProps { formatter: None, text });
    }

    /// As JSON; empty for someone who is signed out.
    pub(crate) fn current_user() -> String {
        ssr::current_user().and_then(|user| serde_json::to_string(&user).ok()).unwrap_or_default()
    }

    pub(crate) fn is_signed_in() -> bool {
        ssr::asker().session().is_some()
    }

    /// The page lacks what it is for, which its status says, too.
    pub(crate) fn failed(error: &AppError) {
        if let Ok(status) = StatusCode::from_u16(error.status()) {
            ssr::set_status(status);
        }
    }

    /// Adds the request's id, by which the log finds the failure.
    pub(crate) fn with_request_id(error: AppError) -> AppError {
        error.with_request_id(form_key())
    }

    /// The id of the request: one key a document, because a form has its endpoint and fields beside it.
    pub(crate) fn form_key() -> Option<String> {
        ssr::scope().ok().map(|scope| scope.request_id.clone())
    }

    /// The server does not know the person's time zone.
    pub(crate) fn utc_offset(_at: i64) -> UtcOffset {
        UtcOffset::UTC
    }

    pub(crate) fn password_min_length() -> usize {
        ssr::auth().map_or(0, |auth| auth.password_min_length())
    }

    pub(crate) fn message() -> Option<Message> {
        ssr::news().message
    }

    pub(crate) fn refused_address() -> Option<String> {
        ssr::news().address
    }

    /// Whether `Keep me signed in` was ticked in the form that was refused.
    pub fn refused_remember() -> bool {
        ssr::news().remember
    }

    pub(crate) async fn take_form(endpoints: &'static [&'static str]) -> RefusedForm {
        let Ok(session) = ssr::session() else { return RefusedForm::new() };
        let form = ssr::flow().take_form(&session.user.id, endpoints).await;
        form.and_then(|form| form.fields_of(&session.user.id)).into_iter().flatten().collect()
    }

    /// Returns what the person had filled into the field `name` of the form that posts to `endpoint`, once.
    pub fn take_field(endpoint: &str, name: &str) -> Ready<Option<String>> {
        let owner = ssr::session().ok().map(|session| session.user.id);
        ready(owner.and_then(|owner| ssr::flash().take_field(&owner, endpoint, name)))
    }
}

/// A page that is opened inside the browser has nothing of this: its news arrives with the answers of server
/// functions.
#[cfg(not(feature = "ssr"))]
mod in_the_browser {
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
}
