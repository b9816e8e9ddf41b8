//! Passwords that have appeared in breaches: who is asked, what they learn, and what becomes of it.

use crate::app::{ADA, BOB, PASSWORD, TestApp, until};
use crate::mail::tls::Authority;
use crate::operation::log::Log;
use crate::range_server::{RangeServer, http};
use futures::future::join_all;
use server::{RANGE_PATIENCE, pwned_passwords};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// Its SHA-1 is 209551CDBC1E693C7B472FC66D984BB82F489AD6.
const BREACHED: &str = "violet anchor spoon 8";
const SUFFIX: &str = "1CDBC1E693C7B472FC66D984BB82F489AD6";
const OTHER: &str = "0000000000000000000000000000000000A";
const SENTENCE: &str = "This password has appeared in a data breach. Choose another.";
/// More than any test needs.
const LONG: Duration = Duration::from_mins(1);

async fn app(url: &Url, patience: Duration) -> TestApp {
    TestApp::start_with(|config| config.auth.breached_passwords = Some(pwned_passwords(url, patience))).await
}

/// Returns the details of the events about a range API that did not answer.
async fn failures(app: &TestApp) -> Vec<String> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT detail FROM events WHERE kind = 'breach_lookup_failed' AND outcome = 'refused'")
            .fetch_all(app.db.readers())
            .await
            .expect("events");
    rows.into_iter().map(|(detail,)| detail).collect()
}

#[tokio::test]
async fn a_breached_password_is_refused_beside_its_field() {
    let api = RangeServer::with_range(&format!("{OTHER}:0\r\n{SUFFIX}:3861493\r\n")).await;
    let app = app(&api.url(), LONG).await;
    let answer = app.post_sign_up(ADA, BREACHED).await;
    answer.is_refused(422, "invalid");
    let fields = answer.json()["fields"].clone();
    assert_eq!(fields, serde_json::json!({ "password": { "error": "breached", "message": SENTENCE } }));

    let ada = app.sign_up(ADA).await;
    let fields = [("current_password", PASSWORD), ("new_password", BREACHED)];
    let answer = app.fetch("/api/account/password").of(&ada).bearer(&ada.bearer).fields(&fields).send().await;
    answer.is_refused(422, "invalid");
    assert_eq!(answer.json()["fields"]["new_password"]["error"], "breached", "{answer:?}");
}

#[tokio::test]
async fn without_javascript_the_form_says_so() {
    let api = RangeServer::with_range(&format!("{SUFFIX}:1")).await;
    let app = app(&api.url(), LONG).await;
    let fields = [("email", ADA), ("password", BREACHED)];
    let answer = app.form("/api/auth/signup").from("/signup").fields(&fields).send().await;
    let page = app.open_page(answer.leads_on()).await;
    assert_eq!(page.html().matches(SENTENCE).count(), 1, "{}", page.html());
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
}

#[tokio::test]
async fn five_digits_go_out_and_nothing_else() {
    let log = Log::start();
    let api = RangeServer::with_range(&format!("{OTHER}:7\r\n{SUFFIX}:0\r\n")).await;
    let app = app(&api.url().join("/mirror/").expect("a URL"), LONG).await;
    assert_eq!(app.post_sign_up(ADA, BREACHED).await.status, 200, "what counts nothing is padding");
    assert_eq!(app.post_login(ADA, BREACHED).await.status, 200);
    app.post_sign_up(BOB, "aaaaaaaaaaaaaaaa").await.is_refused(422, "invalid");
    let asked = api.asked();
    assert_eq!(asked.len(), 1, "neither at a sign-in nor for what is refused anyway: {asked:?}");
    let mut lines: Vec<String> = asked[0].to_ascii_lowercase().lines().map(str::to_owned).collect();
    lines.sort_unstable();
    let host = format!("host: {}", api.url().authority());
    let mut expected = ["", "add-padding: true", "get /mirror/range/20955 http/1.1", &host, "user-agent: latchkey"];
    expected.sort_unstable();
    assert_eq!(lines, expected);
    assert!(failures(&app).await.is_empty());
    let text = log.text();
    for secret in [BREACHED, SUFFIX, &SUFFIX.to_lowercase(), "/range/"] {
        assert_eq!(text.lines().find(|line| line.contains(secret)), None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn where_there_is_no_range_the_password_passes_and_that_is_an_event() {
    let range = format!("{SUFFIX}:1\r\n");
    let mut broken_off = http("200 OK", range.as_bytes());
    broken_off.truncate(broken_off.len() - 9);
    let cases = [
        (http("500 Internal Server Error", range.as_bytes()), "status"),
        (http("301 Moved Permanently\r\nLocation: /", b""), "status"),
        (http("404 Not Found", b""), "status"),
        (http("200 OK", b"<!doctype html><title>Sign in to the network</title>"), "unreadable"),
        (http("200 OK", &[0xff; 40]), "unreadable"),
        (http("200 OK", b""), "unreadable"),
        (http("200 OK", range.repeat(10_000).as_bytes()), "too_long"),
        (broken_off, "unreachable"),
        (b"220 mail.example ESMTP\r\n".to_vec(), "unreachable"),
        (Vec::new(), "unreachable"),
    ];
    // At once, because a refusal is written within a second.
    join_all(cases.map(async |(answer, detail)| {
        let api = RangeServer::start(Some(answer)).await;
        passes(&app(&api.url(), LONG).await, detail).await;
        assert_eq!(api.asked().len(), 1, "{detail}: nobody is asked twice");
    }))
    .await;
}

#[tokio::test]
async fn whoever_does_not_answer_is_not_waited_for() {
    assert_eq!(RANGE_PATIENCE, Duration::from_secs(1));
    let api = RangeServer::start(None).await;
    let app = app(&api.url(), Duration::from_millis(50)).await;
    passes(&app, "timed_out").await;
}

#[tokio::test]
async fn whoever_is_not_there_is_done_without() {
    let gone = RangeServer::start(None).await.url();
    until("it is gone", || async { TcpStream::connect(gone.authority()).await.is_err() }).await;
    passes(&app(&gone, LONG).await, "unreachable").await;
}

#[tokio::test]
async fn whoever_nobody_vouches_for_is_not_believed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = Url::parse(&format!("https://{}", listener.local_addr().expect("its address"))).expect("a URL");
    let tls = Authority::new().certify("127.0.0.1");
    let refused = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        tls.accept(stream).await.is_err()
    });
    passes(&app(&url, LONG).await, "unreachable").await;
    assert!(refused.await.expect("it ends"), "nothing is asked over that connection");
}

/// Checks that a breached password is accepted if the range API does not answer. The log and the events say so.
async fn passes(app: &TestApp, detail: &str) {
    let log = Log::start();
    let answer = app.post_sign_up(ADA, BREACHED).await;
    assert_eq!(answer.status, 200, "{detail}: {answer:?}");
    let logged = log.events(&answer);
    let told = logged.iter().any(|fields| fields["event"] == "breach_lookup_failed" && fields["detail"] == detail);
    assert!(told, "{detail}: {logged:?}");
    until("the event is written", || async { failures(app).await == [detail] }).await;
}
