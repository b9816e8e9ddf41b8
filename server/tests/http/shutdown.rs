//! A server that is told to end takes nothing new and finishes what it has.

use crate::app::{ADA, FIREFOX, PASSWORD, TestApp, until};
use crate::raw::Raw;
use form_urlencoded::Serializer;
use tokio::net::TcpStream;

#[tokio::test]
async fn open_requests_end_and_new_ones_are_refused() {
    let mut app = TestApp::start().await;
    app.sign_up(ADA).await;
    let body = Serializer::new(String::new()).extend_pairs([("email", ADA), ("password", PASSWORD)]).finish();
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n\
         User-Agent: {FIREFOX}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        app.host(),
        body.len()
    );
    let mut open = Raw::connect(&app).await;
    open.write(head.as_bytes()).await;
    // The server asks for the body as soon as the request has reached the one who reads it.
    open.read_line("HTTP/1.1 100 Continue").await;

    app.handle.shut_down();
    until("the port closes", || async { TcpStream::connect(app.address).await.is_err() }).await;
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
