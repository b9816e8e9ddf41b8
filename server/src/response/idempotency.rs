//! Repeats the first answer to a form that is sent twice, so that a second press of a button creates nothing.
//!
//! Every form of a page carries an idempotency key in a hidden field (`draft-ietf-httpapi-idempotency-key-header`; a form
//! cannot set a header). Two requests are the same if their key, endpoint and fields are equal. The second request waits
//! for the answer to the first. It runs only if the first failed. Answers stay in memory, because they may hold tokens.

use crate::{
    request::fingerprint::{Fingerprint, Payload},
    response::failure::{self, Failure},
};
use auth::{Asker, Clock, MINUTE, Millis, SECOND, UserId};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use platform::error::AppError;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::fmt;
use std::sync::Arc;

/// How long an answer is repeated, in milliseconds.
const REPEATED_FOR: Millis = 10 * MINUTE;
/// How long an answer that sets a cookie is repeated: no longer than a refresh token may be presented again.
const COOKIES_REPEATED_FOR: Millis = 30 * SECOND;
/// The memory for all answers, in bytes. Past it the oldest are removed.
const MEMORY_BYTES: u64 = 4 * 1024 * 1024;
/// The approximate memory of one answer beside its body, in bytes.
const ANSWER_BYTES: usize = 512;
/// The largest body that is stored, in bytes.
const BODY_MAX_BYTES: usize = 64 * 1024;

/// Stores the answers of the last minutes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Answers(Arc<Cache<Fingerprint, Arc<Answer>, BySize>>);

impl Answers {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cache::with_weighter(64, MEMORY_BYTES, BySize)))
    }
}

impl fmt::Debug for Answers {
    /// Leaves out the answers, which may hold tokens.
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

/// An answer of a server function, before it becomes a redirect.
struct Answer {
    /// The id of the user, if the request belonged to a session.
    user: Option<UserId>,
    /// The request's body, where its fingerprint leaves that out.
    payload: Option<Payload>,
    at: Millis,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// Returns whether a request of `user` at `now` may get this answer. The first request may have started or ended a
    /// session, so a repeat may come with another session or none, but not from another user.
    fn is_for(&self, user: Option<&UserId>, now: Millis) -> bool {
        let lifetime = if self.headers.contains_key(SET_COOKIE) { COOKIES_REPEATED_FOR } else { REPEATED_FOR };
        let is_fresh = (0..lifetime).contains(&(now - self.at));
        is_fresh && !matches!((self.user.as_ref(), user), (Some(first), Some(now)) if first != now)
    }

    fn response(&self) -> Response {
        let mut response = (self.status, Body::from(self.body.clone())).into_response();
        *response.headers_mut() = self.headers.clone();
        response
    }
}

/// Runs the request, or repeats the answer to the same request.
pub(crate) async fn answer(
    answers: &Answers,
    clock: &Clock,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let Some(fingerprint) = request.extensions().get::<Fingerprint>().copied() else { return next(request).await };
    let (user, payload) = (user_of(&request), request.extensions().get::<Payload>().copied());
    let now = || clock.now();
    let guard = loop {
        match answers.0.get_value_or_guard_async(&fingerprint).await {
            Ok(answer) if answer.is_for(user.as_ref(), now()) => {
                if answer.payload != payload {
                    return Failure(AppError::KeyReused).into_response();
                }
                tracing::info!("the answer to a request that was sent twice is repeated");
                return answer.response();
            }
            // An answer for another user stays stored for that user. An expired one is replaced below.
            Ok(answer) if answer.is_for(answer.user.as_ref(), now()) => return next(request).await,
            Ok(expired) => drop(answers.0.remove_if(&fingerprint, |answer| Arc::ptr_eq(answer, &expired))),
            Err(guard) => break guard,
        }
    };
    let response = next(request).await;
    if failure::is_failure(&response) || !(response.status().is_success() || response.status().is_redirection()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut headers = parts.headers.clone();
    headers.remove(CONTENT_LENGTH);
    let answer = Answer { user, payload, at: now(), status: parts.status, headers, body: body.clone() };
    // Fails if the cache has no room for the answer.
    let _is_kept = guard.insert(Arc::new(answer));
    Response::from_parts(parts, Body::from(body))
}

/// Returns the id of the user whose session the request belongs to.
fn user_of(request: &Request) -> Option<UserId> {
    let asker = request.extensions().get::<Arc<Asker>>()?;
    asker.session().map(|session| session.user.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(user: Option<&UserId>, cookie: bool) -> Answer {
        let mut headers = HeaderMap::new();
        if cookie {
            headers.insert(SET_COOKIE, http::HeaderValue::from_static("refresh=x"));
        }
        Answer { user: user.cloned(), payload: None, at: 1_000, status: StatusCode::OK, headers, body: Bytes::new() }
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
        let (ada_id, bob_id) = (UserId::from("ada"), UserId::from("bob"));
        let ada = answered(Some(&ada_id), false);
        assert!(ada.is_for(Some(&ada_id), 1_000) && ada.is_for(None, 1_000));
        assert!(!ada.is_for(Some(&bob_id), 1_000));
        assert!(answered(None, false).is_for(Some(&ada_id), 1_000), "a sign-up begins the session of its repeat");
    }
}
