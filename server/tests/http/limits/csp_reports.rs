//! Browsers' reports about the content security policy are counted and not stored.

use crate::app::TestApp;
use crate::ask::Ask;
use crate::operation::log::Log;
use http::Method;

const NEW: &str = "application/reports+json";
const OLD: &str = "application/csp-report";
const NEW_REPORT: &str = r#"[{"age":2,"type":"csp-violation","url":"https://x/","user_agent":"x",
    "body":{"effectiveDirective":"script-src-elem","blockedURL":"made-up-by-somebody","disposition":"enforce"}}]"#;
const OLD_REPORT: &str = r#"{"csp-report":{"document-uri":"made-up-by-somebody","effective-directive":"img-src"}}"#;

/// A report as Chromium sends it: without Fetch Metadata, and without a cookie.
fn report<'a>(app: &'a TestApp, content_type: &str, body: &str) -> Ask<'a> {
    Ask::new(app, Method::POST, "/csp-reports").header("content-type", content_type).body(body.as_bytes())
}

#[tokio::test]
async fn reports_are_counted_by_directive() {
    let app = TestApp::start_measured().await;
    let made_up = NEW_REPORT.replace("script-src-elem", "made-up-by-somebody");
    for (content_type, body) in [(NEW, NEW_REPORT), (NEW, NEW_REPORT), (OLD, OLD_REPORT), (NEW, &made_up)] {
        let answer = report(&app, content_type, body).send().await;
        assert_eq!((answer.status, answer.text()), (204, ""));
    }
    // Browsers that know `report-uri` only say where they are.
    let ask = report(&app, OLD, OLD_REPORT).header("sec-fetch-site", "same-origin").header("origin", &app.origin);
    assert_eq!(ask.send().await.status, 204);
    let answer = app.ask_metrics(Method::GET, "/metrics").await;
    for line in [
        r#"csp_reports_total{directive="script-src-elem"} 2"#,
        r#"csp_reports_total{directive="img-src"} 2"#,
        r#"csp_reports_total{directive="other"} 1"#,
        r#"csp_reports_total{directive="style-src"} 0"#,
    ] {
        assert!(answer.text().lines().any(|written| written == line), "{line} is not in\n{}", answer.text());
    }
    assert!(!answer.text().contains("made-up"));
}

#[tokio::test]
async fn what_is_no_report_is_refused() {
    let app = TestApp::start_measured().await;
    let long = format!("[{}]", vec!["{}"; 10_000].join(","));
    for (content_type, body, status) in [
        ("application/json", NEW_REPORT, 415),
        ("application/x-www-form-urlencoded", NEW_REPORT, 415),
        ("text/plain", NEW_REPORT, 415),
        ("", NEW_REPORT, 415),
        (NEW, "x", 400),
        (NEW, "", 400),
        (NEW, OLD_REPORT, 400),
        (OLD, "\u{0}", 400),
        (NEW, &long, 413),
    ] {
        assert_eq!(report(&app, content_type, body).send().await.status, status, "{content_type}: {body:.40}");
    }
    assert_eq!(report(&app, NEW, NEW_REPORT).method(Method::PUT).send().await.status, 405);
    assert_eq!(app.open_page("/csp-reports").await.status, 405);
    let elsewhere = report(&app, NEW, NEW_REPORT).header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(elsewhere.status, 403);
    let elsewhere = report(&app, NEW, NEW_REPORT).header("host", "evil.example").send().await;
    assert_eq!(elsewhere.status, 421);
    assert!(app.metrics().await.value(r#"csp_reports_total{directive="script-src-elem"}"#).abs() < f64::EPSILON);
}

#[tokio::test]
async fn the_log_has_few_lines_of_them_and_no_word_of_a_client() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..40 {
        let body = NEW_REPORT.replace("made-up-by-somebody", "gravel-trellis");
        let answer = report(&app, NEW, &body).send().await;
        ids.push(answer.header("x-request-id").expect("an id").to_owned());
    }
    let text = log.text();
    assert!(!text.contains("gravel-trellis"));
    let told = |line: &&str| line.contains("browsers report") && ids.iter().any(|id| line.contains(id.as_str()));
    assert_eq!(text.lines().filter(told).count(), 6, "after 1, 2, 4, 8, 16 and 32");
}
