//! Sweeps over every endpoint: the method, and the session.
//!
//! The list comes from Leptos' registry, so that a new server function is in every sweep. Others are in
//! `limits/bodies.rs` (content type and size), `cross_origin.rs`, `host.rs` and `sessions/page_session.rs`.

use crate::app::{ADA, TestApp, closed_endpoints, endpoints};
use crate::raw;
use http::Method;
use leptos::prelude::*;
use leptos::server_fn::axum::server_fn_paths;
use platform::auth_client::open_endpoints;
use platform::error::AppError;

/// A server function that forgets to ask for the session.
#[allow(clippy::unused_async, reason = "a server function is async, whether it waits or not")]
#[server(endpoint = "test/unguarded")]
async fn unguarded() -> Result<u32, AppError> {
    Ok(1)
}

#[tokio::test]
async fn every_server_function_takes_post() {
    assert!(server_fn_paths().all(|(_, method)| method == Method::POST));
}

#[tokio::test]
async fn every_open_endpoint_exists() {
    app::install();
    let endpoints = endpoints();
    for path in open_endpoints() {
        assert!(endpoints.contains(&path), "{path}");
    }
    let closed = closed_endpoints();
    for path in ["/api/auth/me", "/api/account/data", "/api/account/devices", "/api/test/unguarded"] {
        assert!(closed.contains(&path), "{path}");
    }
}

#[tokio::test]
async fn a_closed_endpoint_does_not_run_without_a_session() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let me = app.fetch("/api/test/unguarded").bearer(&ada.bearer).send().await;
    assert_eq!((me.status, me.text()), (200, "1"));
    for path in closed_endpoints().into_iter().chain(["/api/nowhere", "/api/"]) {
        for method in [Method::POST, Method::GET, Method::DELETE] {
            let fetch = app.fetch(path).of(&ada).method(method.clone()).send().await;
            fetch.is_refused(401, "unauthenticated");
            assert_eq!(fetch.header("www-authenticate"), Some(r#"Bearer realm="api""#), "{path}");
            let program = app.native(path).method(method).bearer("x").send().await;
            program.is_refused(401, "unauthenticated");
            assert_eq!(
                program.header("www-authenticate"),
                Some(r#"Bearer realm="api", error="invalid_token""#),
                "{path}"
            );
        }
        app.open_page(path).await.is_refused(401, "unauthenticated");
        let form = app.form(path).from("/account/devices").fields(&[]).send().await;
        assert_eq!(form.leads_on(), "/login?next=/account/devices", "{path}");
    }
    for path in open_endpoints() {
        app.fetch(path).of(&ada).method(Method::GET).send().await.is_refused(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn a_body_without_credentials_is_not_read() {
    let app = TestApp::start().await;
    for path in closed_endpoints() {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n\
             Content-Type: text/plain\r\nContent-Length: 999999\r\nConnection: close\r\n\r\n",
            app.host(),
        );
        // The body never comes.
        raw::send(&app, head.as_bytes()).await.is_refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn an_endpoint_takes_post_only() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in endpoints() {
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
            let answer = app.fetch(path).bearer(&ada.bearer).method(method).send().await;
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
        app.native(path).bearer(&ada.bearer).send().await.is_refused(404, "not_found");
        app.open_page_as(&ada, path).await.is_refused(404, "not_found");
    }
    let answer = app.form("/api/nowhere").of(&ada).from("/account/devices").fields(&[("a", "b")]).send().await;
    assert!(answer.leads_on().starts_with("/account/devices?__path="), "{answer:?}");
}
