//! Clients that begin a request and never end it. Each holds a connection for ten seconds, not for ever.

use crate::app::TestApp;
use crate::raw::Raw;
use futures::future::join_all;

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
    let slow = async |method: &str| {
        let mut slow = Raw::connect(&app).await;
        let head = format!(
            "{method} /api/auth/login HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nSec-Fetch-Mode: cors\r\n\
             Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 40\r\n\r\n\
             email=ada",
            app.host(),
            app.origin,
        );
        slow.write(head.as_bytes()).await;
        slow.read().await
    };
    for answer in join_all(["POST", "PUT", "GET"].map(slow)).await {
        answer.is_refused(400, "bad_request");
    }
}
