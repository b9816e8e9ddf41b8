//! Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13.1). The tag of a row is its version.

use super::{Failure, Json, Refusal};
use crate::error::AppError;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use std::str::FromStr;

/// An answer with the entity tag of its version.
#[derive(Clone, Copy, Debug)]
pub struct Tagged<T>(pub i64, pub T);

/// The precondition of a change: the versions that the client may have seen. A request without `If-Match` is refused with
/// 428 (RFC 6585, section 3), so that no client overwrites a change that it has not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(Tags);

/// The versions that the client has, so that the server need not send them again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfNoneMatch(Option<Tags>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    /// `*`: any version.
    Any,
    /// The tags that name a version of ours. Each is strong, or weak.
    Listed(Vec<(bool, i64)>),
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        ([(ETAG, tag(self.0))], Json(self.1)).into_response()
    }
}

impl IfMatch {
    /// Returns the version that the change has to find. `current` reads the version of the row, where the client names none
    /// or several.
    ///
    /// # Errors
    /// [`AppError::Conflict`] if the client names other versions than the current one; the error of `current`.
    pub async fn version(&self, current: impl AsyncFnOnce() -> Result<i64, AppError>) -> Result<i64, AppError> {
        if let Tags::Listed(tags) = &self.0
            && let [(true, version)] = tags[..]
        {
            return Ok(version);
        }
        let version = current().await?;
        if self.0.hold(version, |is_strong| is_strong) { Ok(version) } else { Err(AppError::Conflict) }
    }
}

impl IfNoneMatch {
    /// Returns the answer: 304 where the client has this version.
    pub fn answer<T: Serialize>(&self, tagged: Tagged<T>) -> Response {
        if self.0.as_ref().is_some_and(|tags| tags.hold(tagged.0, |_| true)) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, tag(tagged.0))]).into_response();
        }
        tagged.into_response()
    }
}

impl Tags {
    fn hold(&self, version: i64, counts: impl Fn(bool) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.iter().any(|(is_strong, listed)| *listed == version && counts(*is_strong)),
        }
    }

    /// Reads the header; `None` where it is absent.
    fn of(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Self>, Refusal> {
        let malformed = || Refusal::bad_request(format!("`{name}` must be `*` or entity tags, such as \"1\"."));
        let mut lines = headers.get_all(name).iter();
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return if headers.contains_key(name) { Err(malformed()) } else { Ok(None) };
        };
        line.to_str().ok().and_then(|line| line.parse().ok()).map(Some).ok_or_else(malformed)
    }
}

impl FromStr for Tags {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut rest = text.trim();
        if rest == "*" {
            return Ok(Self::Any);
        }
        let mut tags = Vec::new();
        loop {
            let (is_strong, quoted) = rest.strip_prefix("W/").map_or((true, rest), |rest| (false, rest));
            let (value, after) = quoted.strip_prefix('"').and_then(|quoted| quoted.split_once('"')).ok_or(())?;
            // Another tag than ours matches nothing.
            tags.extend(
                value.parse().ok().filter(|version: &i64| version.to_string() == value).map(|it| (is_strong, it)),
            );
            match after.trim_start().strip_prefix(',') {
                Some(next) => rest = next.trim_start(),
                None if after.trim_start().is_empty() => return Ok(Self::Listed(tags)),
                None => return Err(()),
            }
        }
    }
}

fn tag(version: i64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        match Tags::of(&parts.headers, &IF_MATCH) {
            Ok(Some(tags)) => Ok(Self(tags)),
            Ok(None) => Err(Failure(AppError::PreconditionRequired).into_response()),
            Err(refusal) => Err(refusal.into_response()),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Tags::of(&parts.headers, &IF_NONE_MATCH).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Option<Tags> {
        text.parse().ok()
    }

    #[test]
    fn entity_tags_are_read_as_the_standard_writes_them() {
        assert_eq!(tags("*"), Some(Tags::Any));
        assert_eq!(tags("\"1\""), Some(Tags::Listed(vec![(true, 1)])));
        assert_eq!(tags(" \"1\" , W/\"2\",\"a,b\" "), Some(Tags::Listed(vec![(true, 1), (false, 2)])));
        assert_eq!(tags("\"01\", \"+1\", \"\""), Some(Tags::Listed(vec![])));
        for wrong in ["", "1", "\"1", "\"1\" \"2\"", "w/\"1\"", "\"1\",", "*, \"1\"", "'1'"] {
            assert_eq!(tags(wrong), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_change_finds_the_version_that_the_client_saw() {
        let version =
            async |text: &str, current: i64| IfMatch(tags(text).expect("tags")).version(async || Ok(current)).await;
        assert_eq!(version("\"3\"", 4).await, Ok(3), "the statement compares it");
        assert_eq!(version("*", 4).await, Ok(4));
        assert_eq!(version("\"3\", \"4\"", 4).await, Ok(4));
        for stale in ["\"3\", \"5\"", "W/\"4\"", "\"other\""] {
            assert_eq!(version(stale, 4).await, Err(AppError::Conflict), "{stale}");
        }
    }
}
