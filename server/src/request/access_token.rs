//! The access token of a request: in `X-Access-Token`, or in `Authorization: Bearer` (RFC 6750, section 2.1).
//!
//! A proxy may use `Authorization` itself: for HTTP Basic authentication (RFC 7617) or for a bearer token of its own. So our
//! pages use `X-Access-Token`. If that header is present, `Authorization` is not read.

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use platform::error::AppError;
use platform::wire::ACCESS_TOKEN_HEADER;

/// Returns the access token of a request. Ignores credentials of another scheme.
///
/// # Errors
/// [`AppError::BadRequest`] if one header holds two different tokens: a proxy and this server might each read another.
pub(crate) fn access_token(headers: &HeaderMap) -> Result<Option<&str>, AppError> {
    let mut tokens = tokens(headers);
    let Some(token) = tokens.next() else { return Ok(None) };
    if tokens.all(|other| other == token) {
        return Ok(Some(token));
    }
    tracing::warn!("a request carried access tokens that differ");
    Err(AppError::BadRequest)
}

/// Returns whether a request carries an access token. A navigation cannot carry one.
pub(crate) fn carries_access_token(headers: &HeaderMap) -> bool {
    tokens(headers).next().is_some()
}

/// Marks credentials as sensitive, so that no log line shows them.
pub(crate) fn mark_credentials(headers: &mut HeaderMap) {
    for name in [AUTHORIZATION, COOKIE, HeaderName::from_static(ACCESS_TOKEN_HEADER)] {
        if let http::header::Entry::Occupied(mut values) = headers.entry(name) {
            values.iter_mut().for_each(|value| value.set_sensitive(true));
        }
    }
}

fn tokens(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let of_others = if headers.contains_key(ACCESS_TOKEN_HEADER) { None } else { Some(headers.get_all(AUTHORIZATION)) };
    let own = headers.get_all(ACCESS_TOKEN_HEADER).iter().filter_map(text).map(str::trim);
    own.chain(of_others.into_iter().flatten().filter_map(text).filter_map(bearer))
}

fn bearer(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn a_token_is_found_in_either_header_beside_foreign_credentials() {
        for (pairs, token) in [
            (&[][..], None),
            (&[("authorization", "Bearer a")], Some("a")),
            (&[("authorization", "bEARER  a ")], Some("a")),
            (&[("x-access-token", " a ")], Some("a")),
            (&[("authorization", "Basic YTpi"), ("x-access-token", "a")], Some("a")),
            (&[("authorization", "Basic YTpi"), ("authorization", "Bearer a")], Some("a")),
            (&[("authorization", "Bearer a"), ("x-access-token", "a")], Some("a")),
            (&[("authorization", "Bearer of-the-proxy"), ("x-access-token", "a")], Some("a")),
            (&[("authorization", "Basic YTpi")], None),
            (&[("authorization", "a")], None),
        ] {
            assert_eq!(access_token(&headers(pairs)), Ok(token), "{pairs:?}");
            assert_eq!(carries_access_token(&headers(pairs)), token.is_some(), "{pairs:?}");
        }
    }

    #[test]
    fn two_different_tokens_are_refused() {
        for pairs in [
            [("x-access-token", "a"), ("x-access-token", "b")],
            [("x-access-token", "a"), ("x-access-token", "")],
            [("authorization", "Bearer a"), ("authorization", "Bearer b")],
        ] {
            assert_eq!(access_token(&headers(&pairs)), Err(AppError::BadRequest), "{pairs:?}");
        }
    }

    #[test]
    fn credentials_are_never_shown() {
        let mut headers =
            headers(&[("authorization", "Bearer otter"), ("x-access-token", "otter"), ("cookie", "a=otter")]);
        mark_credentials(&mut headers);
        assert!(!format!("{headers:?}").contains("otter"));
    }
}
