//! A request for another host is refused.

use crate::app::{ADA, ENDPOINTS, TestApp};
use crate::raw;

#[tokio::test]
async fn another_host_is_refused() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        let ada = app.sign_up(ADA).await;
        let (host, port) = (app.host().to_owned(), app.address.port());
        for wrong in [
            "evil.example".to_owned(),
            format!("{host}.evil.example"),
            format!("evil.{host}"),
            format!("{host}:1"),
            format!("user@{host}"),
            "latchkey.example:80".to_owned(),
            "127.0.0.1".to_owned(),
            format!("evil.example:{port}"),
            "..".to_owned(),
        ] {
            for path in ["/", "/account", "/nowhere", "/favicon.svg", "/pkg/latchkey.js"] {
                let page = app.page(path).header("host", &wrong).of(&ada).send().await;
                assert_eq!(page.status, 421, "{wrong} {path}");
                assert!(page.html().contains("does not answer for that host"));
            }
            for path in ENDPOINTS {
                let answer = app.fetch(path).header("host", &wrong).of(&ada).bearer(&ada.bearer).send().await;
                answer.is_refused(421, "misdirected");
                assert!(answer.cookies().is_empty());
            }
        }
        assert_eq!(app.session(&ada.sid).await, (0, None));
    }
}

#[tokio::test]
async fn our_own_host_is_known_however_it_is_written() {
    let app = TestApp::start_on_https().await;
    for host in ["latchkey.example", "LATCHKEY.example", "latchkey.example:443"] {
        assert_eq!(app.page("/").header("host", host).send().await.status, 200, "{host}");
    }
    let app = TestApp::start().await;
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let host = format!("{host}:{}", app.address.port());
        assert_eq!(app.page("/").header("host", &host).send().await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let app = TestApp::start().await;
    let ours = app.host();
    for (what, lines) in [
        ("none", String::new()),
        ("an empty one", "Host:\r\n".to_owned()),
        ("two", format!("Host: {ours}\r\nHost: evil.example\r\n")),
        ("ours twice", format!("Host: {ours}\r\nHost: {ours}\r\n")),
        ("a list", format!("Host: {ours}, evil.example\r\n")),
        ("another by proxy", "Host: evil.example\r\nX-Forwarded-Host: {ours}\r\n".to_owned()),
    ] {
        let request = format!("GET / HTTP/1.1\r\n{lines}Sec-Fetch-Mode: navigate\r\nConnection: close\r\n\r\n");
        assert_eq!(raw::send(&app, request.as_bytes()).await.status, 421, "{what}");
    }
    let absolute = format!("GET http://evil.example/ HTTP/1.1\r\nHost: {ours}\r\nConnection: close\r\n\r\n");
    assert_eq!(raw::send(&app, absolute.as_bytes()).await.status, 421);
}

#[tokio::test]
async fn health_checks_answer_for_any_host() {
    let app = TestApp::start_on_https().await;
    for path in ["/healthz", "/readyz"] {
        for lines in ["", "Host: 10.0.0.7:3000\r\n", "Host: evil.example\r\nHost: another.example\r\n"] {
            let request = format!("GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n");
            assert_eq!(raw::send(&app, request.as_bytes()).await.status, 200, "{path} {lines}");
        }
    }
}
