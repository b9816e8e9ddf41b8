//! Sweeps over every route of the API: session, host, origin, method, size. The list comes from the description that the
//! routes are made of, so that a new route is in every sweep.

use crate::app::{ADA, TestApp};
use crate::raw;
use http::Method;
use serde_json::Value;
use server::api_document;

/// An operation of the API.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) method: Method,
    /// With a made-up id in the place of each parameter.
    pub(super) path: String,
    pub(super) is_open: bool,
    pub(super) has_body: bool,
}

/// Returns every operation of the description.
pub(super) fn operations() -> Vec<Operation> {
    app::install();
    let document: Value = serde_json::from_str(&api_document()).expect("JSON");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            operations.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.strip_prefix("/api/v1").expect("the prefix").replace("{id}", "made-up"),
                is_open: operation["security"] == serde_json::json!([{}]),
                has_body: operation["requestBody"].is_object(),
            });
        }
    }
    operations
}

#[tokio::test]
async fn the_open_routes_are_these() {
    let open: Vec<String> = operations().into_iter().filter(|it| it.is_open).map(|it| it.path).collect();
    assert_eq!(open, ["/login", "/renew", "/signup"]);
}

#[tokio::test]
async fn a_closed_route_does_not_run_without_an_access_token() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for operation in operations().into_iter().filter(|it| !it.is_open) {
        let ask = || app.api(operation.method.clone(), &operation.path);
        for (ask, cause) in [
            (ask(), ""),
            (ask().of(&ada), ""),
            (ask().header("authorization", "Basic YTpi"), ""),
            (ask().bearer("x"), r#", error="invalid_token""#),
            (ask().of(&ada).bearer(&ada.bearer), r#", error="invalid_token""#),
        ] {
            let answer = ask.send().await;
            answer.is_problem(401, "unauthenticated");
            let challenge = format!(r#"Bearer realm="api"{cause}"#);
            assert_eq!(answer.header("www-authenticate"), Some(&*challenge), "{operation:?}");
        }
        // The body never comes, and is not waited for.
        let head = format!(
            "{} /api/v1{} HTTP/1.1\r\nHost: {}\r\nContent-Length: 999999\r\nConnection: close\r\n\r\n",
            operation.method,
            operation.path,
            app.host(),
        );
        raw::send(&app, head.as_bytes()).await.is_problem(401, "unauthenticated");
    }
    for path in ["", "/", "/nowhere", "/me/", "/ME"] {
        app.api(Method::GET, path).send().await.is_problem(401, "unauthenticated");
        app.page(&format!("/api/v1{path}")).of(&ada).send().await.is_problem(401, "unauthenticated");
    }
    assert_eq!(app.session(&ada.sid).await, (0, None));
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_document() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    for path in ["", "/", "/nowhere", "/me/", "/ME", "/sessions/a/b"] {
        app.api(Method::GET, path).bearer(&client.bearer).send().await.is_problem(404, "not_found");
    }
    // It is not in the API.
    assert_eq!(app.open_page("/api/v10").await.status, 401);
}

#[tokio::test]
async fn a_route_takes_its_methods_only() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    for operation in operations() {
        for method in [Method::OPTIONS, Method::TRACE] {
            let ask = app.api(method, &operation.path);
            let answer = if operation.is_open { ask } else { ask.bearer(&client.bearer) }.send().await;
            answer.is_problem(405, "method_not_allowed");
            let allowed = answer.header("allow").expect("methods").split(',').any(|it| it == operation.method.as_str());
            assert!(allowed, "{operation:?}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn another_host_and_another_origin_are_refused() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    for operation in operations() {
        let ask = || app.api(operation.method.clone(), &operation.path).bearer(&client.bearer);
        ask().header("host", "evil.example").send().await.is_problem(421, "misdirected");
        if operation.method == Method::GET {
            continue;
        }
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            ask().header(name, value).send().await.is_problem(403, "cross_origin");
        }
    }
    assert_eq!(app.session(&client.sid).await, (0, None));
}

#[tokio::test]
async fn a_body_is_bounded_in_size() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    let long = format!("\"{}\"", "x".repeat(64 * 1024));
    for operation in operations().into_iter().filter(|it| it.has_body) {
        let ask = app.api(operation.method.clone(), &operation.path).header("content-type", "application/json");
        let ask = if operation.is_open { ask } else { ask.bearer(&client.bearer) };
        ask.body(long.as_bytes()).send().await.is_problem(413, "payload_too_large");
    }
}
