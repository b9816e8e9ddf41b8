//! A server that is told to end takes nothing new and finishes what it has.

use crate::app::{ADA, BOB, FIREFOX, PASSWORD, TestApp, until};
use crate::mail_server::{MailServer, Treatment};
use crate::operation::metrics::requests;
use crate::raw::Raw;
use auth::Argon2Cost;
use form_urlencoded::Serializer;
use server::config::MailWay;
use tokio::net::TcpStream;

/// Begins a request that waits for its `body`: the server asks for it once the request has reached the one who reads it.
async fn begin(app: &TestApp, path: &str, body: &str) -> Raw {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n\
         User-Agent: {FIREFOX}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        app.host(),
        body.len()
    );
    let mut open = Raw::connect(app).await;
    open.write(head.as_bytes()).await;
    open.read_line("HTTP/1.1 100 Continue").await;
    open
}

fn credentials(email: &str) -> String {
    Serializer::new(String::new()).extend_pairs([("email", email), ("password", PASSWORD)]).finish()
}

async fn stop(app: &TestApp) {
    app.handle.shut_down();
    until("the port closes", || async { TcpStream::connect(app.address).await.is_err() }).await;
}

#[tokio::test]
async fn open_requests_end_and_new_ones_are_refused() {
    let mut app = TestApp::start().await;
    app.sign_up(ADA).await;
    let body = credentials(ADA);
    let mut open = begin(&app, "/api/auth/login", &body).await;
    stop(&app).await;
    assert!(!app.running.is_finished(), "it waits for the open request");

    open.write(body.as_bytes()).await;
    let answer = open.read().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["user"]["email"], ADA);
    let ended = (&mut app.running).await.expect("it ends");
    assert!(ended.is_ok(), "{ended:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 2);
}

#[tokio::test]
async fn an_idle_server_ends_at_once() {
    let mut app = TestApp::start().await;
    // A browser keeps its connection open.
    assert_eq!(app.open_page("/").await.status, 200);
    app.handle.shut_down();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(5), &mut app.running).await;
    assert!(ended.is_ok_and(|ended| ended.is_ok_and(|ended| ended.is_ok())));
}

#[tokio::test]
async fn the_database_is_closed_clean() {
    if auth::testing::on_postgres() {
        eprintln!("skipped: only SQLite has a log beside the database");
        return;
    }
    let mut app = TestApp::start().await;
    app.sign_up(ADA).await;
    let log = format!("{}-wal", app.db.url().trim_start_matches("sqlite://"));
    assert!(std::fs::metadata(&log).is_ok_and(|log| log.len() > 0));
    app.db.close().await;
    app.handle.shut_down();
    assert!((&mut app.running).await.is_ok_and(|ended| ended.is_ok()));
    assert!(!std::fs::exists(&log).expect("a folder"), "the log is folded into the database");
}

#[tokio::test]
async fn mail_ends_at_the_same_time_and_what_comes_too_late_is_sent_after_the_next_start() {
    let mails = MailServer::start().await;
    mails.treat(ADA, Treatment::Hold);
    let mut app = TestApp::start_with(|config| config.mail.way = MailWay::Smtp(mails.way())).await;
    let (bobs, nobodys) = (credentials(BOB), credentials("nobody@example.com"));
    let mut open = begin(&app, "/api/auth/signup", &bobs).await;
    let mut last = begin(&app, "/api/auth/login", &nobodys).await;
    app.sign_up(ADA).await;
    until("her mail is under way", || async { !mails.taken().is_empty() }).await;

    stop(&app).await;
    open.write(bobs.as_bytes()).await;
    assert_eq!(open.read().await.status, 200);
    mails.release();
    until("the mail under way is recorded", || async {
        app.count("SELECT COUNT(*) FROM outbox WHERE sent_at IS NOT NULL").await == 1
    })
    .await;
    assert!(!app.running.is_finished(), "a request is open still");
    last.write(nobodys.as_bytes()).await;
    assert_eq!(last.read().await.status, 401);
    let ended = (&mut app.running).await.expect("it ends");
    assert!(ended.is_ok(), "{ended:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE attempts = 0").await, 1, "nothing was begun any more");

    let _next = app.second_with(|config| config.mail.way = MailWay::Smtp(mails.way())).await;
    until("it is sent", || async { !mails.taken_for(BOB).is_empty() }).await;
    assert_eq!((mails.tried(ADA), mails.tried(BOB)), (1, 1));
}

#[tokio::test]
async fn what_a_client_began_before_it_hung_up_is_finished() {
    let mut app = TestApp::start_with(|config| {
        config.metrics_addr = "127.0.0.1:0".parse().ok();
        // Long enough to hang up and to stop in the meantime.
        config.auth.argon2 = Argon2Cost { memory_kib: 64 * 1024, passes: 12, lanes: 1 };
    })
    .await;
    let body = credentials(ADA);
    let mut open = begin(&app, "/api/auth/signup", &body).await;
    open.write(body.as_bytes()).await;
    until("it is being worked on", || async { app.metrics().await.value("auth_password_hashes_running") > 0.0 }).await;
    drop(open);
    let series = requests("POST", "/api/auth/signup", "none");
    until("its client is gone", || async { app.metrics().await.series().any(|known| known == series) }).await;
    app.handle.shut_down();
    assert!((&mut app.running).await.is_ok_and(|ended| ended.is_ok()));
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
}
