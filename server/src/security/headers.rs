//! Sets the security headers of every answer (OWASP ASVS 5.0, V3.4).

use crate::{
    request::kind::is_api,
    response::problem::PROBLEM_JSON,
    security::csp_reports::{CSP_GROUP, CSP_REPORTS},
    state::AppState,
};
use axum::extract::Request;
use axum::response::Response;
use http::header::{self, CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue};
use leptos::nonce::Nonce;
use platform::guard::holds_token;
use std::sync::LazyLock;

/// Headers of every answer. With `no-referrer` the error of a form could not return to its page.
static ALWAYS: [(HeaderName, HeaderValue); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    // Keeps other origins of the site out of this origin's process and `document.domain`.
    (HeaderName::from_static("origin-agent-cluster"), HeaderValue::from_static("?1")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
             microphone=(), midi=(), payment=(), usb=()",
        ),
    ),
];

/// The policy of API answers that are not a page: the browser loads, runs and frames nothing.
const API_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'");

/// The endpoint for reports about a page's policy (Reporting API). Older browsers use `report-uri`.
static REPORTING_ENDPOINTS: LazyLock<HeaderValue> = LazyLock::new(|| {
    HeaderValue::try_from(format!("{CSP_GROUP}=\"{CSP_REPORTS}\"")).unwrap_or(HeaderValue::from_static(""))
});

/// One year, which the browsers' preload lists require (RFC 6797).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Creates the nonce of a page's scripts and sets the headers.
pub(crate) async fn set(
    state: &AppState,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let nonce = (!is_api(&request)).then(Nonce::new);
    if let Some(nonce) = &nonce {
        request.extensions_mut().insert(nonce.clone());
    }
    let holds_token = request.uri().query().is_some_and(holds_token);
    let mut response = next(request).await;
    let headers = response.headers_mut();
    // Reserves once, because the map would otherwise grow twice.
    headers.reserve(ALWAYS.len() + 4);
    for (name, value) in &ALWAYS {
        headers.insert(name, value.clone());
    }
    let policy = match nonce {
        None if !is_html(headers) => Ok(API_POLICY),
        nonce => {
            headers.insert("reporting-endpoints", REPORTING_ENDPOINTS.clone());
            HeaderValue::try_from(page_policy(&nonce.unwrap_or_default(), state.leptos.reload_port))
        }
    };
    if let Ok(policy) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if holds_token {
        // Hides the token from this site too, because a proxy may log the `Referer` of a style sheet. With `no-referrer` a
        // form would send `Origin: null`, which is refused from browsers without Fetch Metadata.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    }
    if state.config.public_url.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if !headers.contains_key(CACHE_CONTROL) {
        let cache_control = if is_personal(headers) { "no-store" } else { "no-cache" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control));
    }
    response
}

/// Returns whether an answer may be personal: a page or an API answer, but not a file of `public/`.
fn is_personal(headers: &HeaderMap) -> bool {
    content_type(headers).is_none_or(|value| {
        ["text/html", "application/json", PROBLEM_JSON, "text/plain"].iter().any(|kind| value.starts_with(kind))
    })
}

/// Returns whether an answer is HTML. An error page under `/api/` is HTML too.
fn is_html(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|value| value.starts_with("text/html"))
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()
}

fn page_policy(nonce: &Nonce, reload_port: u32) -> String {
    // `cargo leptos watch` reloads the page through a socket on its own port.
    static IS_WATCHED: LazyLock<bool> = LazyLock::new(platform::is_watched);
    let reload = if *IS_WATCHED {
        format!("; connect-src 'self' ws://127.0.0.1:{reload_port} ws://localhost:{reload_port}")
    } else {
        String::new()
    };
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self'; report-uri {CSP_REPORTS}; \
         report-to {CSP_GROUP}{reload}"
    )
}
