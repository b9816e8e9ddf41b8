//! The cross-origin check: for every unsafe method, sign-in and sign-up included, so there are no CSRF tokens to
//! forget (Fetch Metadata Request Headers, W3C; RFC 6454, section 7).

use super::{asker, host::is_loopback_name};
use crate::{application::AppState, config::Config, http::failure::Failure};
use app::error::AppError;
use auth::EventKind;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{COOKIE, ORIGIN, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tower_sessions::Session;
use url::Url;

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

enum Source {
    /// A page of ours.
    OurOrigin,
    /// No browser: the request goes on, but no cookie is read or set for it, and nothing kept in a flow.
    NoBrowser,
    /// Anything else.
    Elsewhere,
}

/// Stands in a request that no browser sent.
#[derive(Clone, Copy)]
struct FromNoBrowser;

/// Whether a request with an unsafe method is from a client that is not a browser.
pub(crate) fn is_from_no_browser(request: &Request) -> bool {
    request.extensions().get::<FromNoBrowser>().is_some()
}

/// Takes the flow from a request that no browser sent: it would be a row whose id nobody is told.
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
    match source(&state.config, request.headers()) {
        Source::OurOrigin => next.run(request).await,
        Source::NoBrowser => {
            request.headers_mut().remove(COOKIE);
            request.extensions_mut().insert(FromNoBrowser);
            let mut response = next.run(request).await;
            response.headers_mut().remove(SET_COOKIE);
            response
        }
        Source::Elsewhere => {
            state.auth.record_refusal(EventKind::CrossOriginRefused, None, &asker::device(state, &request));
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

/// A header that may be there once.
enum One<'a> {
    Absent,
    Text(&'a str),
    /// There twice, or not text.
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
    // `null`, what an opaque origin sends, is no URL.
    Url::parse(origin).is_ok_and(|url| {
        url.scheme() == "http"
            && url.origin().ascii_serialization() == origin
            && url
                .port_or_known_default()
                .is_some_and(|port| is_loopback_name(config, url.host_str().unwrap_or_default(), port))
    })
}
