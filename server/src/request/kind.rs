//! The three kinds of request that are answered differently.

use crate::security::access_token::carries_access_token;
use axum::extract::Request;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderName, Method};

static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// How a request came about, which decides how it may prove who asks and what its answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A browser opens a page.
    Navigation,
    /// A browser posts a form without JavaScript.
    Form,
    /// A script, an app, a service.
    Fetch,
}

/// Whether a request is for a server function, not for a page or a file.
pub(crate) fn is_api(request: &Request) -> bool {
    request.uri().path().starts_with("/api/")
}

impl Kind {
    /// Browsers say it in `Sec-Fetch-Mode` (W3C Fetch Metadata), which no script can set. From those that do not say
    /// it, a request for a document is taken at its word, unless it carries a token as no navigation can.
    pub(crate) fn of(request: &Request) -> Self {
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
        Kind::of(&request.body(Body::empty()).expect("a request"))
    }

    #[test]
    fn a_browser_says_which_kind_it_is() {
        assert_eq!(kind(Method::GET, &[("sec-fetch-mode", "navigate")]), Kind::Navigation);
        assert_eq!(kind(Method::POST, &[("sec-fetch-mode", "navigate")]), Kind::Form);
        for mode in ["cors", "no-cors", "same-origin", "websocket"] {
            assert_eq!(kind(Method::GET, &[("sec-fetch-mode", mode), ("accept", "text/html")]), Kind::Fetch);
            assert_eq!(kind(Method::POST, &[("sec-fetch-mode", mode), ("accept", "text/html")]), Kind::Fetch);
        }
    }

    #[test]
    fn where_it_does_not_what_it_wants_tells() {
        assert_eq!(kind(Method::GET, &[]), Kind::Navigation);
        assert_eq!(kind(Method::POST, &[]), Kind::Fetch);
        assert_eq!(kind(Method::POST, &[("accept", "application/json")]), Kind::Fetch);
        assert_eq!(kind(Method::POST, &[("accept", "text/html,*/*")]), Kind::Form);
        assert_eq!(kind(Method::POST, &[("accept", "text/html"), ("authorization", "Bearer x")]), Kind::Fetch);
        assert_eq!(kind(Method::GET, &[("authorization", "Bearer x")]), Kind::Fetch);
        assert_eq!(kind(Method::GET, &[("x-access-token", "x")]), Kind::Fetch);
        // A browser sends a proxy's password along with every request.
        assert_eq!(kind(Method::GET, &[("authorization", "Basic YTpi")]), Kind::Navigation);
        assert_eq!(kind(Method::POST, &[("accept", "text/html"), ("authorization", "Basic YTpi")]), Kind::Form);
    }
}
