//! Reads the values from the context of the request.

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
