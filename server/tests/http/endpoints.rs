//! Endpoints take POST only, and what is none says so in JSON.

use crate::app::{ADA, ENDPOINTS, TestApp};
use http::Method;

#[tokio::test]
async fn an_endpoint_takes_post_only() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ENDPOINTS {
        for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = app.fetch(path).of(&ada).bearer(&ada.bearer).method(method).send().await;
            answer.is_refused(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some("POST"), "{path}");
            assert!(answer.cookies().is_empty());
        }
        // Opened in a browser's address bar.
        let answer = app.open_page_as(&ada, path).await;
        answer.is_refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("POST"), "{path}");
        for method in [Method::HEAD, Method::OPTIONS] {
            let answer = app.fetch(path).of(&ada).method(method).send().await;
            assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{path}");
        }
    }
    assert_eq!(app.session(&ada.sid).await, (0, None));
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_404_in_json() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ["/api/nowhere", "/api/auth", "/api/auth/me/", "/api/auth/ME", "/api/auth/me123", "/api/a/b/c", "/api/"]
    {
        app.fetch(path).bearer(&ada.bearer).send().await.is_refused(404, "not_found");
        app.native(path).send().await.is_refused(404, "not_found");
        app.open_page(path).await.is_refused(404, "not_found");
    }
    let answer = app.form("/api/nowhere").from("/notes").fields(&[("a", "b")]).send().await;
    assert!(answer.leads_on().starts_with("/notes?__path="), "{answer:?}");
}
