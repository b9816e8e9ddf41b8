//! A stand-in for the Pwned Passwords range API: it says what it is told to, or nothing.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use url::Url;

/// It ends when this is dropped.
pub(crate) struct RangeServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    running: JoinHandle<()>,
}

impl Drop for RangeServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl RangeServer {
    /// Answers every question with these bytes, and hangs up; without any it says nothing and holds the line.
    pub(crate) async fn start(answer: Option<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let running = tokio::spawn(accept(listener, Arc::clone(&asked), answer));
        Self { address, asked, running }
    }

    /// The same with a range in an answer as it should be.
    pub(crate) async fn with_range(range: &str) -> Self {
        Self::start(Some(http("200 OK", range.as_bytes()))).await
    }

    pub(crate) fn url(&self) -> Url {
        Url::parse(&format!("http://{}", self.address)).expect("a URL")
    }

    /// Every question so far, whole.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An answer.
pub(crate) fn http(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

async fn accept(listener: TcpListener, asked: Arc<Mutex<Vec<String>>>, answer: Option<Vec<u8>>) {
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        conversations.spawn(converse(stream, Arc::clone(&asked), answer.clone()));
    }
}

async fn converse(mut stream: TcpStream, asked: Arc<Mutex<Vec<String>>>, answer: Option<Vec<u8>>) {
    let mut question = Vec::new();
    while !question.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => question.push(byte),
            Err(_) => return,
        }
    }
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(String::from_utf8_lossy(&question).into_owned());
    // A client that hangs up is what is tested.
    match answer {
        Some(answer) => drop(stream.write_all(&answer).await),
        None => drop(stream.read_to_end(&mut Vec::new()).await),
    }
}
