//! Refuses cross-origin requests with an unsafe method, sign-in and sign-up included (W3C Fetch Metadata; RFC 6454,
//! section 7). So there are no CSRF tokens that a form could omit.

use crate::{
    config::Config,
    request::kind::is_api_v1,
    response::failure::Failure,
    security::{client::client, host::is_loopback_name},
    state::AppState,
};
use auth::EventKind;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{COOKIE, ORIGIN, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use platform::error::AppError;
use tower_sessions::Session;
use url::Url;

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

enum Source {
    /// A page of ours.
    OurOrigin,
    /// Not a browser. The request goes on, but without cookies and without a flow.
    NoBrowser,
    /// Anything else.
    Elsewhere,
}

/// Marks a request that no browser sent.
#[derive(Clone, Copy)]
struct FromNoBrowser;

/// Returns whether a request with an unsafe method is from a client that is not a browser.
pub(crate) fn is_from_no_browser(request: &Request) -> bool {
    request.extensions().get::<FromNoBrowser>().is_some()
}

/// Removes the flow from a request that no browser sent. Its client would never receive the flow's id.
pub(crate) fn without_lost_flow(mut request: Request) -> Request {
    if is_from_no_browser(&request) {
        request.extensions_mut().remove::<Session>();
    }
    request
}

/// Answers 403 to an unsafe request that a page of another origin sent.
pub(crate) async fn check(state: &AppState, mut request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let source = match source(&state.config, request.headers()) {
        // A page of a configured origin. Like a program it gets no cookie.
        Source::Elsewhere if is_api_v1(&request) && is_allowed(&state.config, request.headers()) => Source::NoBrowser,
        source => source,
    };
    match source {
        Source::OurOrigin => next.run(request).await,
        Source::NoBrowser => {
            request.headers_mut().remove(COOKIE);
            request.extensions_mut().insert(FromNoBrowser);
            let mut response = next.run(request).await;
            response.headers_mut().remove(SET_COOKIE);
            response
        }
        Source::Elsewhere => {
            state.auth.record_refusal(EventKind::CrossOriginRefused, None, &client(state, &request));
            Failure(AppError::CrossOrigin).into_response()
        }
    }
}

fn source(config: &Config, headers: &HeaderMap) -> Source {
    match (one(headers, &SEC_FETCH_SITE), one(headers, &ORIGIN)) {
        (One::Text("same-origin"), _) => Source::OurOrigin,
        (One::Absent, One::Text(origin)) if is_our_origin(config, origin) => Source::OurOrigin,
        (One::Absent, One::Absent) => Source::NoBrowser,
        _ => Source::Elsewhere,
    }
}

/// Returns whether the request names an origin whose pages may use the API.
fn is_allowed(config: &Config, headers: &HeaderMap) -> bool {
    matches!(one(headers, &ORIGIN), One::Text(origin) if config.api_allowed_origins.iter().any(|it| it == origin))
}

/// A header that may occur once.
enum One<'a> {
    Absent,
    Text(&'a str),
    /// Repeated, or not text.
    Unclear,
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> One<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (None, _) => One::Absent,
        (Some(Ok(text)), None) => One::Text(text),
        (Some(_), _) => One::Unclear,
    }
}

fn is_our_origin(config: &Config, origin: &str) -> bool {
    if origin == config.public_url.origin() {
        return true;
    }
    // An opaque origin sends `null`, which is not a URL.
    Url::parse(origin).is_ok_and(|url| {
        url.scheme() == "http"
            && url.origin().ascii_serialization() == origin
            && url
                .port_or_known_default()
                .is_some_and(|port| is_loopback_name(config, url.host_str().unwrap_or_default(), port))
    })
}
