//! Requests that no HTTP library would send, over a bare connection.

use crate::answer::Answer;
use crate::app::TestApp;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection to a server.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn connect(app: &TestApp) -> Self {
        Self(TcpStream::connect(app.address).await.expect("a connection"))
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("written");
    }

    /// Reads a line that the server sends before its answer, and the empty one after it.
    pub(crate) async fn read_line(&mut self, line: &str) {
        let mut bytes = vec![0; line.len() + 4];
        let reading = tokio::time::timeout(Duration::from_secs(20), self.0.read_exact(&mut bytes)).await;
        reading.expect("a line in time").expect("a line");
        assert_eq!(String::from_utf8_lossy(&bytes), format!("{line}\r\n\r\n"));
    }

    /// Reads an answer until the server closes the connection.
    pub(crate) async fn read(&mut self) -> Answer {
        parse(&self.read_all().await)
    }

    /// Reads until the server closes the connection.
    pub(crate) async fn read_all(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let reading = tokio::time::timeout(Duration::from_secs(20), self.0.read_to_end(&mut bytes)).await;
        // A server that closes while more is being sent resets the connection; what it said before counts.
        drop(reading.expect("an answer in time"));
        bytes
    }
}

/// Sends `request` and reads the answer; the request says `Connection: close`.
pub(crate) async fn send(app: &TestApp, request: &[u8]) -> Answer {
    let mut raw = Raw::connect(app).await;
    raw.write(request).await;
    raw.read().await
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer's head");
    let head = std::str::from_utf8(&bytes[..end]).expect("text");
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').expect("a header");
        let name = HeaderName::try_from(name).expect("a header's name");
        headers.append(name, HeaderValue::try_from(value.trim()).expect("a header's value"));
    }
    Answer { status: status.parse().expect("a status"), headers, body: bytes[end + 4..].to_vec() }
}
