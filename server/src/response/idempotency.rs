//! Answers a form that is sent twice with the answer of the first time, so that a second press of a button creates
//! nothing a second time.
//!
//! Every form of a page carries an idempotency key in a hidden field (`draft-ietf-httpapi-idempotency-key-header`, as a
//! field because a form cannot set a header). A request is the same as another if key, endpoint and all fields are equal.
//! The second waits until the first is answered; it runs by itself only if the first failed. Answers are kept in memory:
//! they may hold tokens, which no table does.

use crate::{
    application::AppState,
    http::{failure, kind::Kind},
};
use auth::{Asker, MINUTE, Millis, SECOND};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// The longest key, in bytes.
const KEY_MAX_BYTES: usize = 64;
/// How long an answer is repeated, in milliseconds.
const REPEATED_FOR: Millis = 10 * MINUTE;
/// The same for an answer that sets a cookie: no longer than a refresh token may be presented again.
const COOKIES_REPEATED_FOR: Millis = 30 * SECOND;
/// All answers in memory together, in bytes. Beyond it the oldest are forgotten.
const MEMORY_BYTES: u64 = 4 * 1024 * 1024;
/// What one answer takes in memory beside its body, in bytes, roughly.
const ANSWER_BYTES: usize = 512;
/// The largest body that is kept, in bytes.
const BODY_MAX_BYTES: usize = 64 * 1024;

/// What makes two requests the same: SHA-256 of the key, the kind of request, the endpoint, and the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a form; `None` if `key` is not one: empty, too long, or not visible ASCII.
    pub(crate) fn of(key: &str, kind: Kind, endpoint: &str, fields: &[(String, String)]) -> Option<Self> {
        if key.is_empty() || key.len() > KEY_MAX_BYTES || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let is_form = if kind == Kind::Form { "form" } else { "fetch" };
        let texts = [key, is_form, endpoint].into_iter();
        let mut fields: Vec<_> = fields.iter().collect();
        fields.sort();
        let fields = fields.into_iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        let mut hash = Sha256::new();
        for text in texts.chain(fields) {
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        }
        Some(Self(hash.finalize().into()))
    }
}

/// The answers of the last minutes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Answers(Arc<Cache<Fingerprint, Arc<Answer>, BySize>>);

impl Answers {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cache::with_weighter(64, MEMORY_BYTES, BySize)))
    }
}

impl fmt::Debug for Answers {
    /// Without the answers, which may hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").field("kept", &self.0.len()).finish_non_exhaustive()
    }
}

#[derive(Clone)]
struct BySize;

impl Weighter<Fingerprint, Arc<Answer>> for BySize {
    fn weight(&self, _: &Fingerprint, answer: &Arc<Answer>) -> u64 {
        (ANSWER_BYTES + answer.body.len()) as u64
    }
}

/// An answer as the server function gave it, before it becomes a redirect.
struct Answer {
    /// The user who asked, if the request belonged to a session.
    user: Option<String>,
    at: Millis,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// Whether it may be given to a request of `user` at `now`. The first request may have begun or ended a session, so
    /// a repeat may come with another session or none, but not from another person.
    fn is_for(&self, user: Option<&str>, now: Millis) -> bool {
        let lifetime = if self.headers.contains_key(SET_COOKIE) { COOKIES_REPEATED_FOR } else { REPEATED_FOR };
        let is_fresh = (0..lifetime).contains(&(now - self.at));
        is_fresh && !matches!((self.user.as_deref(), user), (Some(first), Some(now)) if first != now)
    }

    fn response(&self) -> Response {
        let mut response = (self.status, Body::from(self.body.clone())).into_response();
        *response.headers_mut() = self.headers.clone();
        response
    }
}

/// Runs the request, or repeats the answer of the same request.
pub(crate) async fn answer(state: &AppState, request: Request, next: Next) -> Response {
    let Some(fingerprint) = request.extensions().get::<Fingerprint>().copied() else { return next.run(request).await };
    let user = user_of(&request);
    let now = || state.auth.clock().now();
    let guard = loop {
        match state.answers.0.get_value_or_guard_async(&fingerprint).await {
            Ok(answer) if answer.is_for(user.as_deref(), now()) => {
                tracing::info!("the answer to a form that was sent twice is repeated");
                return answer.response();
            }
            // What nothing can be made of any more gives way; what is somebody else's stays theirs.
            Ok(answer) if answer.is_for(answer.user.as_deref(), now()) => return next.run(request).await,
            Ok(expired) => drop(state.answers.0.remove_if(&fingerprint, |answer| Arc::ptr_eq(answer, &expired))),
            Err(guard) => break guard,
        }
    };
    let response = next.run(request).await;
    if failure::is_failure(&response) || !(response.status().is_success() || response.status().is_redirection()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut headers = parts.headers.clone();
    headers.remove(CONTENT_LENGTH);
    let answer = Answer { user, at: now(), status: parts.status, headers, body: body.clone() };
    // It fails where the cache has no room for it.
    let _is_kept = guard.insert(Arc::new(answer));
    Response::from_parts(parts, Body::from(body))
}

/// Whose session the request belongs to.
fn user_of(request: &Request) -> Option<String> {
    let asker = request.extensions().get::<Arc<Asker>>()?;
    asker.session().map(|session| session.user.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(key: &str, kind: Kind, endpoint: &str, fields: &[(&str, &str)]) -> Option<Fingerprint> {
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Fingerprint::of(key, kind, endpoint, &fields)
    }

    #[test]
    fn requests_are_the_same_only_if_everything_is_equal() {
        let first = fingerprint("key", Kind::Form, "/api/a", &[("name", "value"), ("id", "1")]);
        assert!(first.is_some());
        assert_eq!(fingerprint("key", Kind::Form, "/api/a", &[("id", "1"), ("name", "value")]), first);
        for other in [
            fingerprint("key2", Kind::Form, "/api/a", &[("name", "value"), ("id", "1")]),
            fingerprint("key", Kind::Fetch, "/api/a", &[("name", "value"), ("id", "1")]),
            fingerprint("key", Kind::Form, "/api/b", &[("name", "value"), ("id", "1")]),
            fingerprint("key", Kind::Form, "/api/a", &[("name", "other"), ("id", "1")]),
            fingerprint("key", Kind::Form, "/api/a", &[("nam", "evalue"), ("id", "1")]),
            fingerprint("key", Kind::Form, "/api/a", &[]),
        ] {
            assert!(other.is_some() && other != first);
        }
    }

    #[test]
    fn a_key_is_short_visible_ascii() {
        for key in ["", " ", "a b", "ä", "a\n", &"a".repeat(65)] {
            assert_eq!(fingerprint(key, Kind::Form, "/api/a", &[]), None, "{key:?}");
        }
        assert!(fingerprint(&"a".repeat(64), Kind::Form, "/api/a", &[]).is_some());
    }

    fn answered(user: Option<&str>, cookie: bool) -> Answer {
        let mut headers = HeaderMap::new();
        if cookie {
            headers.insert(SET_COOKIE, http::HeaderValue::from_static("refresh=x"));
        }
        Answer { user: user.map(str::to_owned), at: 1_000, status: StatusCode::OK, headers, body: Bytes::new() }
    }

    #[test]
    fn an_answer_is_repeated_for_a_while_and_with_cookies_for_thirty_seconds() {
        for (answer, lifetime) in [(answered(None, false), REPEATED_FOR), (answered(None, true), COOKIES_REPEATED_FOR)]
        {
            assert!(answer.is_for(None, 1_000) && answer.is_for(None, 999 + lifetime));
            assert!(!answer.is_for(None, 1_000 + lifetime));
            assert!(!answer.is_for(None, 999), "a clock that was set back repeats nothing");
        }
    }

    #[test]
    fn an_answer_is_not_repeated_to_another_person() {
        let ada = answered(Some("ada"), false);
        assert!(ada.is_for(Some("ada"), 1_000) && ada.is_for(None, 1_000));
        assert!(!ada.is_for(Some("bob"), 1_000));
        assert!(answered(None, false).is_for(Some("ada"), 1_000), "a sign-up begins the session of its repeat");
    }
}
