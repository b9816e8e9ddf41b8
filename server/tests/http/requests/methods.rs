//! Methods that a path does not have, and paths that do not exist. Those of endpoints are in `endpoints.rs`.

use crate::answer::Answer;
use crate::app::TestApp;
use crate::raw;
use crate::site::lay_out;
use http::Method;
use std::fs;
use tempfile::TempDir;

/// A page for a person, which names the request.
#[track_caller]
fn is_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert!(answer.html().contains(answer.header("x-request-id").expect("an id")), "{}", answer.html());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

/// A server with a folder of built files, in which one cannot be read.
async fn with_files() -> (TestApp, TempDir) {
    let site = tempfile::tempdir().expect("a folder");
    lay_out(site.path()).expect("a site");
    fs::write(site.path().join("pkg/latchkey.js"), "plain").expect("a file");
    fs::write(site.path().join("favicon.svg"), "<svg/>").expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink("loop", site.path().join("pkg/loop")).expect("a link");
    let app = TestApp::start_with(|config| site.path().clone_into(&mut config.site_root)).await;
    (app, site)
}

#[tokio::test]
async fn a_page_and_a_file_are_only_read() {
    let (app, _site) = with_files().await;
    for path in ["/", "/account", "/login?next=/account/devices", "/favicon.svg", "/pkg/latchkey.js", "/nowhere"] {
        let form = app.form(path).fields(&[]).send().await;
        is_page(&form, 405);
        let fetch = app.fetch(path).send().await;
        fetch.is_refused(405, "method_not_allowed");
        for answer in [form, fetch] {
            assert_eq!(answer.header("allow"), Some("GET,HEAD"), "{path}");
        }
        let deleted = app.fetch(path).method(Method::DELETE).send().await;
        deleted.is_refused(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_a_page_or_json() {
    let (app, _site) = with_files().await;
    for path in ["/pkg/nope.js".to_owned(), format!("/pkg/{}", "a".repeat(300))] {
        is_page(&app.open_page(&path).await, 404);
        app.fetch(&path).method(Method::GET).send().await.is_refused(404, "not_found");
        let head = app.page(&path).method(Method::HEAD).send().await;
        assert_eq!((head.status, head.text()), (404, ""));
    }
    // Outside that folder it is the app's own page.
    for path in ["/nope.js".to_owned(), format!("/{}", "a".repeat(300))] {
        let page = app.open_page(&path).await;
        assert_eq!(page.status, 404);
        assert!(page.html().contains("</html>"));
        let head = app.page(&path).method(Method::HEAD).send().await;
        assert_eq!((head.status, head.text()), (404, ""));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_with_the_request_id() {
    let (app, _site) = with_files().await;
    is_page(&app.open_page("/pkg/loop").await, 500);
    let fetch = app.fetch("/pkg/loop").method(Method::GET).send().await;
    fetch.is_refused(500, "internal");
    assert_eq!(fetch.json()["request_id"].as_str(), fetch.header("x-request-id"));
}

#[tokio::test]
async fn a_file_that_has_not_changed_is_no_failure() {
    let (app, _site) = with_files().await;
    let file = app.open_page("/pkg/latchkey.js").await;
    let modified = file.header("last-modified").expect("a time");
    let again = app.page("/pkg/latchkey.js").header("if-modified-since", modified).send().await;
    assert_eq!((again.status, again.text()), (304, ""));
    let head = app.page("/pkg/latchkey.js").method(Method::HEAD).send().await;
    assert_eq!((head.status, head.header("content-type")), (200, Some("text/javascript")));
}

#[tokio::test]
async fn a_tunnel_is_refused() {
    let app = TestApp::start().await;
    let host = app.host();
    let request = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let answer = raw::send(&app, request.as_bytes()).await;
    answer.is_refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("GET,HEAD"));
    let request = format!("OPTIONS * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    assert_eq!(raw::send(&app, request.as_bytes()).await.status, 405);
}
