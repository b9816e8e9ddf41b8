//! Reports of pages that go on without their WebAssembly.

use crate::answer::Answer;
use crate::app::{ADA, TestApp};
use http::Method;

/// As `navigator.sendBeacon` does it.
async fn report(app: &TestApp, cause: &str) -> Answer {
    app.fetch(&format!("/client-failure/{cause}")).header("sec-fetch-mode", "no-cors").send().await
}

async fn counted(app: &TestApp, cause: &str) -> f64 {
    app.metrics().await.value(&format!("client_failures_total{{cause=\"{cause}\"}}"))
}

#[tokio::test]
async fn a_failure_of_a_page_is_counted_by_its_cause() {
    let app = TestApp::start_with(|config| config.metrics_addr = "127.0.0.1:0".parse().ok()).await;
    for (cause, times) in [("load", 1), ("hydration", 2), ("crash", 3)] {
        for _ in 0..times {
            let answer = report(&app, cause).await;
            assert_eq!((answer.status, answer.text()), (204, ""), "{cause}");
            assert!(answer.cookies().is_empty(), "{cause}");
        }
        assert!((counted(&app, cause).await - f64::from(times)).abs() < f64::EPSILON, "{cause}");
    }
}

#[tokio::test]
async fn only_known_causes_are_counted_and_bodies_are_ignored() {
    let app = TestApp::start_with(|config| config.metrics_addr = "127.0.0.1:0".parse().ok()).await;
    for cause in ["unknown", "load%22%7D", "a@example.com"] {
        assert_eq!(report(&app, cause).await.status, 404, "{cause}");
    }
    let answer = app.fetch("/client-failure/load").fields(&[("cause", "made up")]).send().await;
    assert_eq!(answer.status, 204);
    let metrics = app.metrics().await;
    assert!((metrics.value(r#"client_failures_total{cause="load"}"#) - 1.0).abs() < f64::EPSILON);
    let series: Vec<_> = metrics.series().filter(|series| series.starts_with("client_failures_total")).collect();
    assert_eq!(series.len(), 3, "{series:?}");
}

#[tokio::test]
async fn a_report_is_a_post_of_our_own_pages() {
    let app = TestApp::start_with(|config| config.metrics_addr = "127.0.0.1:0".parse().ok()).await;
    let ada = app.sign_up(ADA).await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = app.fetch("/client-failure/load").of(&ada).method(method.clone()).send().await;
        assert_eq!(answer.status, 405, "{method}");
    }
    for site in ["cross-site", "same-site"] {
        let answer = app.fetch("/client-failure/load").header("sec-fetch-site", site).send().await;
        assert_eq!(answer.status, 403, "{site}");
    }
    assert!(counted(&app, "load").await.abs() < f64::EPSILON);
}

#[tokio::test]
async fn a_flood_of_reports_is_answered_and_not_counted() {
    let app = TestApp::start_with(|config| config.metrics_addr = "127.0.0.1:0".parse().ok()).await;
    for _ in 0..60 {
        assert_eq!(report(&app, "crash").await.status, 204);
    }
    let counted = counted(&app, "crash").await;
    assert!((counted - 20.0).abs() < f64::EPSILON, "{counted}");
}
