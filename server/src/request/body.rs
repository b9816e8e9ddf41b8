//! Reads the body of an API request before a server function does, and refuses bodies that the framework would misread.

use crate::request::{
    fingerprint::Fingerprint,
    form,
    kind::{Kind, is_api},
    referrer::Back,
};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use form_urlencoded::Serializer;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use platform::error::AppError;
use platform::guard::{same_site_path, without_form_error};
use platform::ssr::TypedFields;
use platform::wire::{BACK_FIELD, IDEMPOTENCY_FIELD, SESSION_FIELD, SESSION_HEADER};
use std::time::Duration;

/// The largest body that is read, in bytes.
const BODY_MAX_BYTES: usize = 64 * 1024;
/// How long a client may take to send the body.
const BODY_READ_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest form that is read to its end before it is refused, in bytes.
const FORM_DISCARDED_BYTES: usize = 4 * 1024 * 1024;

const FORM: &str = "application/x-www-form-urlencoded";

/// The id of the session that the page belongs to, as the page states it. The client may have forged it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageSession(pub(crate) String);

/// Checks the body of an API request, whatever its method. Moves the platform's own fields into the request's extensions.
///
/// # Errors
/// 400, 413 or 415 as [`AppError`].
pub(crate) async fn read(request: Request) -> Result<Request, AppError> {
    if !is_api(&request) {
        return Ok(request);
    }
    let kind = Kind::of(&request);
    let (mut parts, body) = request.into_parts();
    let length = content_length(&parts.headers);
    if let Some(length) = length.filter(|&length| length > BODY_MAX_BYTES) {
        if kind == Kind::Form && length <= FORM_DISCARDED_BYTES {
            discard(body).await;
        }
        return Err(AppError::PayloadTooLarge);
    }
    if !is_form(&parts.headers) && (parts.headers.contains_key(CONTENT_TYPE) || length != Some(0)) {
        return Err(AppError::UnsupportedMediaType);
    }
    let body = if length == Some(0) { Bytes::new() } else { bytes(body).await? };
    let mut fields = form::fields(&body)?;
    let mut take =
        |field: &str| fields.iter().position(|(name, _)| name == field).map(|index| fields.swap_remove(index).1);
    let (in_form, back, key) = (take(SESSION_FIELD), take(BACK_FIELD), take(IDEMPOTENCY_FIELD));
    let in_header = parts.headers.get(SESSION_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(sid) = in_header.or(in_form) {
        parts.extensions.insert(PageSession(sid));
    }
    if kind == Kind::Form
        && let Some(typed) = TypedFields::of(parts.uri.path(), &fields)
    {
        parts.extensions.insert(typed);
    }
    if let Some(path) = back.filter(|path| same_site_path(path).is_some()) {
        parts.extensions.insert(Back(without_form_error(&path)));
    }
    if let Some(key) = key {
        let fingerprint = Fingerprint::of(&key, kind, parts.uri.path(), &fields).ok_or(AppError::BadRequest)?;
        parts.extensions.insert(fingerprint);
    }
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Reads the body of a request of the API as it is.
///
/// # Errors
/// 400 or 413 as [`AppError`].
pub(crate) async fn read_whole(request: Request) -> Result<(Request, Bytes), AppError> {
    let (parts, body) = request.into_parts();
    if content_length(&parts.headers).is_some_and(|length| length > BODY_MAX_BYTES) {
        return Err(AppError::PayloadTooLarge);
    }
    let body = bytes(body).await?;
    Ok((Request::from_parts(parts, Body::from(body.clone())), body))
}

/// Returns whether a request has one content type, that of a form in UTF-8. A form without a charset is UTF-8 (WHATWG URL,
/// section 5.1).
fn is_form(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(Ok(content_type)), None) = (values.next().map(HeaderValue::to_str), values.next()) else { return false };
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(FORM))
        && parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
            !name.trim_end().eq_ignore_ascii_case("charset")
                || value.trim_start().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    match headers.get(CONTENT_LENGTH) {
        Some(length) => length.to_str().ok()?.parse().ok(),
        // Neither length nor chunks: no body (RFC 9112, section 6.3).
        None if !headers.contains_key(http::header::TRANSFER_ENCODING) => Some(0),
        None => None,
    }
}

async fn bytes(body: Body) -> Result<Bytes, AppError> {
    let read = tokio::time::timeout(BODY_READ_TIMEOUT, Limited::new(body, BODY_MAX_BYTES).collect()).await;
    match read {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(AppError::PayloadTooLarge),
        Ok(Err(_)) | Err(_) => Err(AppError::BadRequest),
    }
}

/// Reads a body to its end and discards it. If the connection closed while a browser still sends a form, the browser
/// would show a connection error instead of the answer.
async fn discard(mut body: Body) {
    let read = async { while let Some(Ok(_)) = body.frame().await {} };
    let _is_over = tokio::time::timeout(BODY_READ_TIMEOUT, read).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_one_content_type_and_is_utf8() {
        let is_form_of = |types: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in types {
                headers.append(CONTENT_TYPE, HeaderValue::try_from(*value).expect("a value"));
            }
            is_form(&headers)
        };
        for good in ["", ";", "; charset=utf-8", ";CHARSET=UTF-8", "; charset=\"utf-8\"", "; boundary=x; charset=utf-8"]
        {
            assert!(is_form_of(&[&format!("{FORM}{good}")]), "{good}");
        }
        for bad in ["; charset=iso-8859-1", "; charset=", "; charset=utf-8; charset=utf-16", "; charset=utf-7", "x"] {
            assert!(!is_form_of(&[&format!("{FORM}{bad}")]), "{bad}");
        }
        assert!(!is_form_of(&[]) && !is_form_of(&[FORM, FORM]) && !is_form_of(&["text/plain"]));
    }
}
