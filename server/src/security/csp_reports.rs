//! `/csp-reports`: takes the browsers' reports about the content security policy (CSP Level 3, section 5; Reporting API).
//!
//! Reports are counted and not stored. Anyone can send one, so none of its text becomes a label or a log line.

use crate::metrics::CspReports;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// The path that takes reports.
pub(crate) const CSP_REPORTS: &str = "/csp-reports";
/// The name of this endpoint in the policy.
pub(crate) const CSP_GROUP: &str = "csp";

/// The largest body that is read, in bytes.
const BODY_MAX_BYTES: usize = 16 * 1024;
/// How long a client may take to send the body.
const BODY_READ_TIMEOUT: Duration = Duration::from_secs(10);
/// The most reports of one request that are counted.
const REPORTS_MAX: usize = 20;

/// A report from a browser that knows `report-to`. Such browsers send several at once.
#[derive(Deserialize)]
struct Report {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    body: Violation,
}

#[derive(Default, Deserialize)]
struct Violation {
    #[serde(rename = "effectiveDirective", default)]
    directive: String,
}

/// A report from a browser that knows only `report-uri`.
#[derive(Deserialize)]
struct OldReport {
    #[serde(rename = "csp-report")]
    body: OldViolation,
}

#[derive(Deserialize)]
struct OldViolation {
    #[serde(rename = "effective-directive", default)]
    effective: String,
    /// Older browsers send only this field: the directive with its sources.
    #[serde(rename = "violated-directive", default)]
    violated: String,
}

/// Returns the route.
pub(crate) fn routes(reports: Arc<CspReports>) -> Router {
    Router::new().route(CSP_REPORTS, post(take)).with_state(reports)
}

async fn take(State(reports): State<Arc<CspReports>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let directives = match content_type(&parts.headers) {
        Some("application/reports+json") => read(body).await.and_then(|body| new_directives(&body)),
        Some("application/csp-report") => read(body).await.and_then(|body| old_directive(&body)),
        _ => Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    };
    match directives {
        Ok(directives) => {
            for directive in &directives {
                reports.count(directive);
            }
            StatusCode::NO_CONTENT.into_response()
        }
        Err(status) => status.into_response(),
    }
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next().map(str::trim)
}

async fn read(body: Body) -> Result<Vec<u8>, StatusCode> {
    let read = tokio::time::timeout(BODY_READ_TIMEOUT, Limited::new(body, BODY_MAX_BYTES).collect()).await;
    match read {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) | Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

fn new_directives(body: &[u8]) -> Result<Vec<String>, StatusCode> {
    let reports: Vec<Report> = serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let violations = reports.into_iter().filter(|report| report.kind == "csp-violation");
    Ok(violations.map(|report| report.body.directive).take(REPORTS_MAX).collect())
}

fn old_directive(body: &[u8]) -> Result<Vec<String>, StatusCode> {
    let OldReport { body: OldViolation { effective, violated } } =
        serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let directive = if effective.is_empty() { violated } else { effective };
    Ok(vec![directive.split(' ').next().unwrap_or_default().to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_report_name_the_directive() {
        let new = br#"[{"type":"csp-violation","age":1,"url":"https://x/","body":{"effectiveDirective":"script-src-elem","blockedURL":"inline"}},{"type":"deprecation","body":{"id":"x"}}]"#;
        assert_eq!(new_directives(new), Ok(vec!["script-src-elem".to_owned()]));
        let old = br#"{"csp-report":{"violated-directive":"script-src-elem","effective-directive":"script-src-elem"}}"#;
        assert_eq!(old_directive(old), Ok(vec!["script-src-elem".to_owned()]));
        let older = br#"{"csp-report":{"violated-directive":"img-src 'self'"}}"#;
        assert_eq!(old_directive(older), Ok(vec!["img-src".to_owned()]));
        for garbage in [&b""[..], b"x", b"{}", b"[1]", b"null"] {
            assert_eq!(new_directives(garbage), Err(StatusCode::BAD_REQUEST));
            assert_eq!(old_directive(garbage), Err(StatusCode::BAD_REQUEST));
        }
        let many = format!("[{}]", vec![r#"{"type":"csp-violation","body":{}}"#; 1000].join(","));
        assert_eq!(new_directives(many.as_bytes()).map(|directives| directives.len()), Ok(REPORTS_MAX));
    }
}
