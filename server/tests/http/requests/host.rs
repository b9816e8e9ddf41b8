//! A request for another host is refused.

use crate::app::{ADA, TestApp, endpoints};
use crate::limits::queue::behind_a_proxy;
use crate::operation::log::Log;
use crate::raw;
use server::config::{Config, ForwardedHostHeader};

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
            for path in endpoints() {
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

#[tokio::test]
async fn page_and_log_name_the_host_that_came_and_the_one_expected() {
    let log = Log::start();
    let app = TestApp::start_on_https().await;
    for (came, in_page, in_log) in [
        ("evil.example", "<code>evil.example</code>", r#""host":"evil.example""#),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", r#""host":"<script>alert(1)</script>""#),
        (&"a".repeat(5_000), "<code>aaaaaaaa", r#""host":"aaaaaaaa"#),
    ] {
        let page = app.page("/").header("host", came).send().await;
        assert_eq!(page.status, 421);
        assert!(page.html().contains(in_page) && page.html().contains("<code>latchkey.example</code>"), "{page:?}");
        assert!(!page.html().contains("<script>alert") && page.body.len() < 3_000, "{page:?}");
        let id = page.header("x-request-id").expect("an id");
        let text = log.text();
        let line = text.lines().find(|line| line.contains(id) && line.contains("a request for another host"));
        let line = line.unwrap_or_else(|| panic!("it is in the log: {came}"));
        assert!(line.contains(in_log) && line.contains(r#""expected":"latchkey.example""#), "{line}");
        assert!(line.len() < 1_000, "{line}");
    }
    let page = app.page("/").raw_header("host", b"\xff\xfe.example").send().await;
    assert!(page.html().contains(r"<code>\u{fffd}\u{fffd}.example</code>"), "{page:?}");
    // No program needs it, and what a client makes up is not repeated to one.
    let answer = app.fetch("/api/auth/me").header("host", "evil.example").send().await;
    answer.is_refused(421, "misdirected");
    assert!(!answer.text().contains("evil"));
}

/// Believes what the proxy on this machine says of the host.
fn believing(header: ForwardedHostHeader) -> impl FnOnce(&mut Config) {
    move |config| {
        config.trusted_proxies = behind_a_proxy();
        config.forwarded_host_header = Some(header);
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_pass_the_host_on_may_say_it_elsewhere() {
    for (chosen, name, ours, other) in [
        (ForwardedHostHeader::XForwardedHost, "x-forwarded-host", "latchkey.example", "evil.example"),
        (ForwardedHostHeader::Forwarded, "forwarded", "for=1.2.3.4;host=latchkey.example", "host=evil.example"),
    ] {
        let app = TestApp::start_on_https_with(believing(chosen)).await;
        let status =
            async |value: &str| app.page("/").header("host", "10.0.0.7:3000").header(name, value).send().await.status;
        assert_eq!(status(ours).await, 200, "{name}");
        assert_eq!(status(&format!("{other}, {ours}")).await, 200, "{name}: the rightmost is the proxy's");
        for wrong in [other, &format!("{ours}, {other}"), &format!("{ours},"), ""] {
            assert_eq!(status(wrong).await, 421, "{name}: {wrong}");
        }
        let page = app.page("/").header(name, other).send().await;
        assert_eq!(page.status, 421, "it counts more than `Host`");
        assert!(page.html().contains("<code>evil.example</code>"), "{page:?}");
        assert_eq!(app.page("/").send().await.status, 200, "{name}: without it `Host` counts");
    }
}

#[tokio::test]
async fn nobody_else_is_believed_about_the_host() {
    let untrusted = TestApp::start_on_https_with(|config| {
        config.forwarded_host_header = Some(ForwardedHostHeader::XForwardedHost);
    })
    .await;
    let off = TestApp::start_on_https_with(|config| config.trusted_proxies = behind_a_proxy()).await;
    let other_header = TestApp::start_on_https_with(believing(ForwardedHostHeader::Forwarded)).await;
    for app in [untrusted, off, other_header] {
        let ask = || app.page("/").header("x-forwarded-host", "latchkey.example");
        assert_eq!(ask().header("host", "evil.example").send().await.status, 421);
        assert_eq!(app.page("/").header("x-forwarded-host", "evil.example").send().await.status, 200);
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_told_of_once() {
    let log = Log::start();
    let mut ids = Vec::new();
    let app = TestApp::start_on_https().await;
    for header in ["x-forwarded-for", "forwarded", "x-forwarded-for"] {
        let page = app.page("/").header(header, "for=192.0.2.7").send().await;
        ids.push(page.header("x-request-id").expect("an id").to_owned());
    }
    let trusting = TestApp::start_on_https_with(|config| config.trusted_proxies = behind_a_proxy()).await;
    let page = trusting.page("/").header("x-forwarded-for", "192.0.2.7").send().await;
    ids.push(page.header("x-request-id").expect("an id").to_owned());
    let text = log.text();
    let told = |line: &&str| line.contains("TRUSTED_PROXIES") && ids.iter().any(|id| line.contains(id.as_str()));
    assert_eq!(text.lines().filter(told).count(), 1);
}
