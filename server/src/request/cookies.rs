//! Reads the `Cookie` header. Scripts, extensions and other programs on this host write into it as well.

use axum::extract::Request;
use cookie::Cookie;
use http::header::{COOKIE, Entry};
use http::{HeaderMap, HeaderValue};

/// Removes cookies that are not ASCII. Ours are ASCII, but a foreign cookie may hold any octets (RFC 6265bis, section 5.7).
/// One such cookie would make the whole header unreadable as text, here and in `tower-sessions`.
pub(crate) fn without_what_is_not_text(mut request: Request) -> Request {
    if let Entry::Occupied(mut lines) = request.headers_mut().entry(COOKIE) {
        for line in lines.iter_mut().filter(|line| !line.as_bytes().is_ascii()) {
            let pairs: Vec<_> = line.as_bytes().split(|&byte| byte == b';').filter(|pair| pair.is_ascii()).collect();
            *line = HeaderValue::from_bytes(&pairs.join(&b';')).unwrap_or(HeaderValue::from_static(""));
        }
    }
    request
}

/// Returns the value of the cookie `name`.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    all_cookies(headers).find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// Returns every cookie of a request.
pub(crate) fn all_cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(Cookie::split_parse).filter_map(Result::ok)
}
