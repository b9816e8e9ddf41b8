//! The three kinds of request that are answered differently.

use crate::request::access_token::carries_access_token;
use axum::extract::Request;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderName, Method};

static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The origin of a request. It decides how the request may authenticate and which form its answer takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A browser opens a page.
    Navigation,
    /// A browser posts a form without JavaScript.
    Form,
    /// A script, an app, a service.
    Fetch,
}

/// Returns whether a request is for a server function rather than a page or a file.
pub(crate) fn is_api(request: &Request) -> bool {
    request.uri().path().starts_with("/api/")
}

/// Returns whether a request is for the API of other clients. It has no cookies, no forms and no pages.
pub(crate) fn is_api_v1(request: &Request) -> bool {
    request.uri().path().strip_prefix("/api/v1").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Kind {
    /// Returns the kind that the outermost layer stored in the request. Without one the request counts as a fetch, which a
    /// cookie alone never authenticates.
    pub(crate) fn of(request: &Request) -> Self {
        request.extensions().get().copied().unwrap_or(Self::Fetch)
    }

    /// Determines the kind and stores it in the request. Runs once, in the outermost layer: later layers change headers.
    pub(crate) fn store(request: &mut Request) {
        let kind = Self::classify(request);
        request.extensions_mut().insert(kind);
    }

    /// Reads `Sec-Fetch-Mode` (W3C Fetch Metadata), which no script can set. Without that header a request for a document
    /// counts as a navigation, unless it carries an access token, which no navigation can.
    fn classify(request: &Request) -> Self {
        if is_api_v1(request) {
            return Self::Fetch;
        }
        let headers = request.headers();
        let is_navigation = match headers.get(&SEC_FETCH_MODE) {
            Some(mode) => mode == "navigate",
            None => !carries_access_token(headers) && (is_get(request) || accepts_html(headers)),
        };
        match (is_navigation, is_get(request)) {
            (true, true) => Self::Navigation,
            (true, false) => Self::Form,
            (false, _) => Self::Fetch,
        }
    }
}

fn is_get(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn kind(method: Method, headers: &[(&'static str, &'static str)]) -> Kind {
        let request = headers
            .iter()
            .fold(Request::builder().method(method), |request, (name, value)| request.header(*name, *value));
        let mut request = request.body(Body::empty()).expect("a request");
        Kind::store(&mut request);
        Kind::of(&request)
    }

    #[test]
    fn fetch_metadata_decides_the_kind() {
        assert_eq!(kind(Method::GET, &[("sec-fetch-mode", "navigate")]), Kind::Navigation);
        assert_eq!(kind(Method::POST, &[("sec-fetch-mode", "navigate")]), Kind::Form);
        for mode in ["cors", "no-cors", "same-origin", "websocket"] {
            assert_eq!(kind(Method::GET, &[("sec-fetch-mode", mode), ("accept", "text/html")]), Kind::Fetch);
            assert_eq!(kind(Method::POST, &[("sec-fetch-mode", mode), ("accept", "text/html")]), Kind::Fetch);
        }
    }

    #[test]
    fn without_fetch_metadata_accept_decides() {
        assert_eq!(kind(Method::GET, &[]), Kind::Navigation);
        assert_eq!(kind(Method::POST, &[]), Kind::Fetch);
        assert_eq!(kind(Method::POST, &[("accept", "application/json")]), Kind::Fetch);
        assert_eq!(kind(Method::POST, &[("accept", "text/html,*/*")]), Kind::Form);
        assert_eq!(kind(Method::POST, &[("accept", "text/html"), ("authorization", "Bearer x")]), Kind::Fetch);
        assert_eq!(kind(Method::GET, &[("authorization", "Bearer x")]), Kind::Fetch);
        assert_eq!(kind(Method::GET, &[("x-access-token", "x")]), Kind::Fetch);
        // A browser sends the password of a proxy with every request.
        assert_eq!(kind(Method::GET, &[("authorization", "Basic YTpi")]), Kind::Navigation);
        assert_eq!(kind(Method::POST, &[("accept", "text/html"), ("authorization", "Basic YTpi")]), Kind::Form);
    }
    #[test]
    fn the_kind_stays_when_a_later_layer_removes_a_header() {
        let mut request =
            Request::builder().method(Method::POST).header(ACCEPT, "text/html").body(Body::empty()).expect("a request");
        Kind::store(&mut request);
        request.headers_mut().remove(ACCEPT);
        assert_eq!(Kind::of(&request), Kind::Form);
    }

    #[test]
    fn a_request_without_a_stored_kind_is_a_fetch() {
        let request = Request::builder().header("sec-fetch-mode", "navigate").body(Body::empty()).expect("a request");
        assert_eq!(Kind::of(&request), Kind::Fetch);
    }
}
