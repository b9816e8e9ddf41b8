//! What browsers report of the content security policy (CSP Level 3, section 5; Reporting API): counted, and nothing of it
//! kept. Anyone can send such a report, so no word of it becomes a label or a line in the log.

use crate::metrics::Recorder;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use metrics::{Counter, counter, describe_counter};
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Where reports are sent.
pub(crate) const CSP_REPORTS: &str = "/csp-reports";
/// The name of that place in the policy.
pub(crate) const CSP_GROUP: &str = "csp";

const NAME: &str = "csp_reports_total";
/// The largest body that is read, in bytes.
const BODY_MAX_BYTES: usize = 16 * 1024;
/// How long a client may take to send it.
const BODY_READ_TIMEOUT: Duration = Duration::from_secs(10);
/// Reports of one request that are counted.
const REPORTS_MAX: usize = 20;

/// The directives of our policies, and what browsers call the parts of them. Anything else is `other`.
const DIRECTIVES: [&str; 20] = [
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "font-src",
    "connect-src",
    "media-src",
    "object-src",
    "frame-src",
    "child-src",
    "worker-src",
    "manifest-src",
    "base-uri",
    "form-action",
    "frame-ancestors",
    "other",
];

/// How often each directive was reported.
#[derive(Debug)]
pub(crate) struct CspReports {
    counts: [AtomicU64; DIRECTIVES.len()],
    counters: Vec<Counter>,
}

impl CspReports {
    /// Counts for `recorder`, too, where there is one.
    pub(crate) fn new(recorder: Option<&Arc<Recorder>>) -> Self {
        let counters = || {
            describe_counter!(NAME, "Reports by browsers that the content security policy was broken.");
            DIRECTIVES.map(|directive| counter!(NAME, "directive" => directive)).to_vec()
        };
        let counters = recorder.map(|recorder| recorder.collect(counters)).unwrap_or_default();
        Self { counts: [const { AtomicU64::new(0) }; DIRECTIVES.len()], counters }
    }

    /// Counts a report about `directive`, which is a client's word.
    fn count(&self, directive: &str) {
        let other = DIRECTIVES.len() - 1;
        let place = DIRECTIVES.iter().position(|known| *known == directive).unwrap_or(other);
        if let Some(counter) = self.counters.get(place) {
            counter.increment(1);
        }
        let (Some(count), Some(directive)) = (self.counts.get(place), DIRECTIVES.get(place)) else { return };
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        // However many come, the log has 64 lines of each directive at most.
        if count.is_power_of_two() {
            tracing::warn!(directive, count, "browsers report that the content security policy was broken");
        }
    }
}

/// As browsers that know `report-to` send it, several at once.
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

/// As those send it that know only `report-uri`.
#[derive(Deserialize)]
struct OldReport {
    #[serde(rename = "csp-report")]
    body: OldViolation,
}

#[derive(Deserialize)]
struct OldViolation {
    #[serde(rename = "effective-directive", default)]
    effective: String,
    /// Older browsers name the directive with its sources, and nothing else.
    #[serde(rename = "violated-directive", default)]
    violated: String,
}

/// The endpoint that takes reports.
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

    #[test]
    fn what_a_client_makes_up_is_other() {
        let recorder = Arc::<Recorder>::default();
        let reports = CspReports::new(Some(&recorder));
        for directive in ["script-src", "made-up-by-somebody", "", "made-up-too"] {
            reports.count(directive);
        }
        let text = recorder.text().expect("text");
        assert!(text.contains("csp_reports_total{directive=\"script-src\"} 1"), "{text}");
        assert!(text.contains("csp_reports_total{directive=\"other\"} 3"), "{text}");
        assert!(!text.contains("made-up"), "{text}");
    }
}
