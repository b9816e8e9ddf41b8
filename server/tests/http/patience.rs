//! Clients that begin a request and never end it. Each holds a connection for ten seconds, not for ever.

use crate::app::TestApp;
use crate::raw::Raw;

#[tokio::test]
async fn a_head_that_does_not_end_is_given_up() {
    let app = TestApp::start().await;
    let mut slow = Raw::connect(&app).await;
    slow.write(format!("GET / HTTP/1.1\r\nHost: {}\r\nX-Slow: ", app.host()).as_bytes()).await;
    assert!(slow.read_all().await.is_empty(), "closed without a word: there is no request to answer");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let app = TestApp::start().await;
    let mut slow = Raw::connect(&app).await;
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nSec-Fetch-Mode: cors\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 40\r\n\r\nemail=ada",
        app.host(),
        app.origin,
    );
    slow.write(head.as_bytes()).await;
    let answer = slow.read().await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"], "bad_request");
}
