//! Metrics: on their own address, off by default, without text of a client.

use crate::answer::Answer;
use crate::app::{ADA, BOB, FIREFOX, PASSWORD, TestApp, WRONG_PASSWORD, until};
use crate::ask::Ask;
use crate::exposition::Exposition;
use crate::limits::queue::{behind_a_proxy, crowd};
use crate::raw::Raw;
use auth::{Argon2Cost, MINUTE, Throttle};
use futures::future::join_all;
use http::Method;
use server::config::Config;
use std::net::TcpListener;
use tokio::net::TcpStream;

fn on(config: &mut Config) {
    config.metrics_addr = "127.0.0.1:0".parse().ok();
}

impl TestApp {
    pub(crate) async fn start_measured() -> Self {
        Self::start_with(on).await
    }

    /// Asks the address where metrics are.
    pub(crate) async fn ask_metrics(&self, method: Method, path: &str) -> Answer {
        let address = self.metrics.expect("there are metrics");
        Ask::new(self, method, path).to(address).send().await
    }

    pub(crate) async fn metrics(&self) -> Exposition {
        let answer = self.ask_metrics(Method::GET, "/metrics").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Exposition::read(answer.text())
    }
}

pub(crate) fn requests(method: &str, route: &str, status: &str) -> String {
    format!("http_request_duration_seconds_count{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}")
}

#[tokio::test]
async fn nobody_finds_them_on_the_public_port() {
    for app in [TestApp::start().await, TestApp::start_measured().await] {
        for path in ["/metrics", "/metrics/", "/api/metrics"] {
            for answer in [app.page(path).send().await, app.native(path).method(Method::GET).send().await] {
                assert!(matches!(answer.status, 401 | 404 | 308), "{path}: {answer:?}");
                assert!(!answer.text().contains("auth_events_total"), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn they_are_off_unless_somebody_wants_them() {
    let app = TestApp::start().await;
    assert_eq!(app.metrics, None);
}

#[tokio::test]
async fn there_is_nothing_else_where_they_are() {
    let app = TestApp::start_measured().await;
    let answer = app.ask_metrics(Method::GET, "/metrics").await;
    let headers = ["content-type", "cache-control", "x-content-type-options"].map(|name| answer.header(name));
    assert_eq!(headers, [Some("text/plain; version=0.0.4; charset=utf-8"), Some("no-store"), Some("nosniff")]);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        let answer = app.ask_metrics(method.clone(), "/metrics").await;
        assert_eq!((answer.status, answer.header("allow"), answer.text()), (405, Some("GET,HEAD"), ""), "{method}");
    }
    for path in ["/", "/metrics/", "/healthz", "/api/auth/me", "/login", "/dev/mailbox", "/pkg/latchkey.css"] {
        let answer = app.ask_metrics(Method::GET, path).await;
        assert_eq!((answer.status, answer.text()), (404, ""), "{path}");
    }
}

#[tokio::test]
async fn accounts_and_requests_are_counted() {
    let app = TestApp::start_measured().await;
    let ada = app.sign_up(ADA).await;
    app.post_login(ADA, WRONG_PASSWORD).await.is_refused(401, "invalid_credentials");
    app.post_login(BOB, PASSWORD).await.is_refused(401, "invalid_credentials");
    assert_eq!(app.renew(&ada.refresh).await.status, 200);
    assert_eq!(app.renew(&ada.refresh).await.status, 200);
    app.clock.advance(MINUTE);
    assert_eq!(app.renew(&ada.refresh).await.status, 200);
    app.renew(&ada.refresh).await.is_refused(401, "unauthenticated");
    app.open_page("/login").await;
    app.open_page("/nowhere/ada@example.com").await;
    app.fetch("/api/nowhere").send().await;

    let metrics = app.metrics().await;
    for (series, value) in [
        (r#"auth_events_total{kind="signed_up",outcome="done"}"#, 1.0),
        (r#"auth_events_total{kind="sign_in_failed",outcome="refused"}"#, 2.0),
        (r#"auth_events_total{kind="renewed",outcome="done"}"#, 1.0),
        (r#"auth_events_total{kind="token_replayed",outcome="refused"}"#, 1.0),
        (r#"auth_events_total{kind="signed_in",outcome="done"}"#, 0.0),
        (r#"auth_sign_ins_total{outcome="wrong_credentials"}"#, 2.0),
        (r#"auth_sign_ins_total{outcome="signed_in"}"#, 0.0),
        (r#"auth_rotations_total{verdict="rotated"}"#, 1.0),
        (r#"auth_rotations_total{verdict="repeated"}"#, 1.0),
        (r#"auth_rotations_total{verdict="late"}"#, 1.0),
        (r#"auth_rotations_total{verdict="replayed"}"#, 1.0),
        (r#"auth_rotations_per_commit_bucket{le="1"}"#, 1.0),
        ("auth_rotations_per_commit_sum", 1.0),
        ("auth_password_hash_duration_seconds_count", 3.0),
        ("auth_password_hash_wait_seconds_count", 4.0),
        ("auth_password_hashes_waiting", 0.0),
        ("auth_password_hashes_running", 0.0),
        (&requests("POST", "/api/auth/signup", "2xx"), 1.0),
        (&requests("POST", "/api/auth/login", "4xx"), 2.0),
        (&requests("POST", "/api/auth/refresh", "2xx"), 3.0),
        (&requests("POST", "/api/auth/refresh", "4xx"), 1.0),
        (&requests("GET", "/login", "2xx"), 1.0),
        (&requests("GET", "other", "4xx"), 1.0),
        (&requests("POST", "/api/{*rest}", "4xx"), 1.0),
    ] {
        assert!((metrics.value(series) - value).abs() < f64::EPSILON, "{series} is {}", metrics.value(series));
    }
    assert!(metrics.value("auth_database_write_wait_seconds_count") >= 1.0);
    until("the mails are sent", || async { app.metrics().await.value(r#"auth_mails_total{outcome="sent"}"#) > 1.0 })
        .await;
    until("none waits", || async { app.metrics().await.value("auth_mails_waiting") == 0.0 }).await;
}

#[tokio::test]
async fn a_wait_is_counted_and_whom_it_refuses() {
    let app = TestApp::start_with(|config| {
        on(config);
        config.auth.throttle = Throttle { free_per_account: 3, ..config.auth.throttle };
    })
    .await;
    for _ in 0..4 {
        app.post_login(ADA, PASSWORD).await.is_refused(401, "invalid_credentials");
    }
    for _ in 0..2 {
        app.post_login(ADA, PASSWORD).await.is_refused(429, "rate_limited");
    }
    let answer = app.ask_metrics(Method::GET, "/metrics").await;
    for line in [
        "auth_events_total{kind=\"throttled\",outcome=\"refused\"} 1",
        "auth_sign_ins_total{outcome=\"throttled\"} 2",
        "auth_throttle_waits_total{tried=\"sign_in_account\"} 1",
        "auth_throttle_waits_total{tried=\"sign_in_address\"} 0",
        "auth_throttle_refusals_total{tried=\"sign_in_account\"} 2",
    ] {
        assert!(answer.text().lines().any(|written| written == line), "{line} is not in\n{}", answer.text());
    }
}

#[tokio::test]
async fn a_full_queue_is_counted() {
    let app = TestApp::start_with(|config| {
        on(config);
        config.auth.argon2 = Argon2Cost { memory_kib: 32 * 1024, passes: 3, lanes: 1 };
        config.trusted_proxies = behind_a_proxy();
    })
    .await;
    let ask = || {
        let fields = [("email", ADA), ("password", PASSWORD)];
        app.fetch("/api/auth/login").header("x-forwarded-for", "192.0.2.1").fields(&fields).send()
    };
    let answers = join_all((0..crowd()).map(|_| ask())).await;
    let refused = answers.iter().filter(|answer| answer.status == 503).count();
    assert!(refused > 0);
    let metrics = app.metrics().await;
    for (series, count) in [
        (r#"auth_password_hashes_refused_total{why="share"}"#, refused),
        (r#"auth_password_hashes_refused_total{why="full"}"#, 0),
        (r#"auth_sign_ins_total{outcome="busy"}"#, refused),
        (&requests("POST", "/api/auth/login", "5xx"), refused),
        ("auth_password_hash_wait_seconds_count", answers.len() - refused),
    ] {
        let count = u32::try_from(count).map(f64::from).expect("a count");
        assert!((metrics.value(series) - count).abs() < f64::EPSILON, "{series} is {}", metrics.value(series));
    }
}

#[tokio::test]
async fn they_tell_of_nobody() {
    let app = TestApp::start_measured().await;
    let ada = app.sign_up(ADA).await;
    app.set_name(&ada, "harbour velvet").await;
    app.post_login("made-up-by-somebody", "made-up-by-somebody").await;
    app.renew("made-up-by-somebody").await;
    let made_up = Method::from_bytes(b"MADE-UP-BY-SOMEBODY").expect("a method");
    app.fetch("/made-up-by-somebody?made-up-by-somebody").method(made_up).send().await;
    app.fetch("/api/auth/me").bearer("made-up-by-somebody").header("user-agent", "made-up-by-somebody").send().await;
    app.open_page(&format!("/account/devices/{}", ada.sid)).await;
    let answer = app.ask_metrics(Method::GET, "/metrics").await;
    Exposition::read(answer.text());
    let text = answer.text().to_lowercase();
    for personal in [
        "ada",
        "example.com",
        "made-up",
        "127.0.0.1",
        "harbour",
        &ada.id,
        &ada.sid,
        &ada.refresh.to_lowercase(),
        &ada.bearer.to_lowercase(),
    ] {
        assert!(!text.contains(personal), "{personal} is in\n{text}");
    }
}

#[tokio::test]
async fn whatever_is_asked_for_there_are_no_more_of_them() {
    let app = TestApp::start_measured().await;
    app.fetch("/0").method(Method::GET).send().await;
    app.fetch("/api/0").send().await;
    let before = app.metrics().await.series().count();
    for number in 1..40 {
        app.fetch(&format!("/{number}")).method(Method::GET).send().await;
        app.fetch(&format!("/api/{number}")).send().await;
    }
    assert_eq!(app.metrics().await.series().count(), before);
}

#[tokio::test]
async fn a_client_that_hangs_up_is_counted() {
    let app = TestApp::start_with(|config| {
        on(config);
        // Long enough to hang up in the meantime.
        config.auth.argon2 = Argon2Cost { memory_kib: 64 * 1024, passes: 12, lanes: 1 };
    })
    .await;
    let body = "email=ada%40example.com&password=x";
    let request = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nUser-Agent: {FIREFOX}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        app.host(),
        body.len()
    );
    let mut raw = Raw::connect(&app).await;
    raw.write(request.as_bytes()).await;
    until("it is being worked on", || async { app.metrics().await.value("auth_password_hashes_running") > 0.0 }).await;
    drop(raw);
    let series = requests("POST", "/api/auth/login", "none");
    until("it is counted", || async { app.metrics().await.series().any(|known| known == series) }).await;
}

#[tokio::test]
async fn each_server_counts_its_own() {
    let (one, other) = (TestApp::start_measured().await, TestApp::start_measured().await);
    one.sign_up(ADA).await;
    let series = r#"auth_events_total{kind="signed_up",outcome="done"}"#;
    let counts = [one.metrics().await.value(series), other.metrics().await.value(series)];
    assert_eq!(counts.map(f64::to_bits), [1.0_f64, 0.0].map(f64::to_bits));
}

#[tokio::test]
async fn an_address_that_is_taken_keeps_the_server_from_starting() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address");
    let refused = TestApp::try_start_with(|config| config.metrics_addr = Some(address)).await;
    let why = refused.err().map(|error| format!("{error:#}")).expect("it does not start");
    assert!(why.starts_with(&format!("METRICS_ADDR: cannot listen on {address}: ")), "{why}");
}

#[tokio::test]
async fn they_end_with_the_server() {
    let mut app = TestApp::start_measured().await;
    app.metrics().await;
    app.handle.shut_down();
    assert!((&mut app.running).await.is_ok_and(|ended| ended.is_ok()));
    assert!(TcpStream::connect(app.metrics.expect("there were some")).await.is_err());
}
