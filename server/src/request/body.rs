//! Reads the body of an API request before a server function does, and refuses what that would guess at.

use crate::http::{
    failure::Failure,
    idempotency::Fingerprint,
    kind::{Kind, is_api},
    referrer::Back,
};
use app::error::AppError;
use app::guard::{same_site_path, without_form_error};
use app::wire::{BACK_FIELD, IDEMPOTENCY_FIELD, SESSION_FIELD, SESSION_HEADER};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use form_urlencoded::Serializer;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use percent_encoding::percent_decode;
use std::collections::HashSet;
use std::time::Duration;

/// The largest body that is read, in bytes.
const BODY_MAX_BYTES: usize = 64 * 1024;
/// How long a client may take to send it.
const BODY_READ_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest form that is refused only once it is there, in bytes.
const FORM_HEARD_OUT_BYTES: usize = 4 * 1024 * 1024;

const FORM: &str = "application/x-www-form-urlencoded";

/// The session that the asking page belongs to, as it says itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageSession(pub(crate) String);

/// Checks a request's body, and takes the page's session out of it.
pub(crate) async fn read(request: Request) -> Result<Request, Failure> {
    if *request.method() != Method::POST || !is_api(&request) {
        return Ok(request);
    }
    checked(request).await.map_err(Failure)
}

async fn checked(request: Request) -> Result<Request, AppError> {
    let kind = Kind::of(&request);
    let (mut parts, body) = request.into_parts();
    let length = content_length(&parts.headers);
    if let Some(length) = length.filter(|&length| length > BODY_MAX_BYTES) {
        if kind == Kind::Form && length <= FORM_HEARD_OUT_BYTES {
            hear_out(body).await;
        }
        return Err(AppError::PayloadTooLarge);
    }
    if !is_form(&parts.headers) && (parts.headers.contains_key(CONTENT_TYPE) || length != Some(0)) {
        return Err(AppError::UnsupportedMediaType);
    }
    let body = if length == Some(0) { Bytes::new() } else { bytes(body).await? };
    let mut fields = fields(&body)?;
    let mut take =
        |field: &str| fields.iter().position(|(name, _)| name == field).map(|index| fields.swap_remove(index).1);
    let (in_form, back, key) = (take(SESSION_FIELD), take(BACK_FIELD), take(IDEMPOTENCY_FIELD));
    let in_header = parts.headers.get(SESSION_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(sid) = in_header.or(in_form) {
        parts.extensions.insert(PageSession(sid));
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

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM))
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

/// Reads a body to its end and keeps nothing of it: a browser that is still sending a form when its connection is closed
/// tells of the connection, and not of the answer.
async fn hear_out(mut body: Body) {
    let read = async { while let Some(Ok(_)) = body.frame().await {} };
    let _is_over = tokio::time::timeout(BODY_READ_TIMEOUT, read).await;
}

/// The fields of a form (WHATWG URL, section 5.1), where they are UTF-8 and each is there once. A list's name ends in
/// `]`, and may be there as often as it likes.
fn fields(body: &[u8]) -> Result<Vec<(String, String)>, AppError> {
    let decode = |text: &[u8]| {
        let text: Vec<u8> = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
        String::from_utf8(percent_decode(&text).collect()).map_err(|_| AppError::BadRequest)
    };
    let mut seen = HashSet::new();
    let mut fields = Vec::new();
    for pair in body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
        let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        let (name, value) = (decode(name)?, decode(value)?);
        if !name.ends_with(']') && !seen.insert(name.clone()) {
            return Err(AppError::BadRequest);
        }
        fields.push((name, value));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_strictly() {
        let pairs = |pairs: &[(&str, &str)]| {
            Ok(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        assert_eq!(fields(b""), pairs(&[]));
        assert_eq!(fields(b"a=1&b=+x%20y+&c"), pairs(&[("a", "1"), ("b", " x y "), ("c", "")]));
        assert_eq!(fields(b"a=%F0%9F%A6%8A&b=1%3D2"), pairs(&[("a", "🦊"), ("b", "1=2")]));
        assert_eq!(fields(b"t[]=1&t[]=2"), pairs(&[("t[]", "1"), ("t[]", "2")]));
        for refused in [&b"a=1&a=2"[..], b"a=1&%61=2", b"a=%ff", b"a=\xff", b"%ff=1"] {
            assert_eq!(fields(refused), Err(AppError::BadRequest), "{refused:?}");
        }
    }
}
