//! A minimal HTTP/1.1 client (RFC 9112) with one connection and no pipelining.
//!
//! It shares the machine with the server that it measures, so it parses only answers as our server writes them.

use anyhow::{Context, Result, bail, ensure};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// More headers than any of our answers has.
const HEADERS_MAX: usize = 32;
const BUFFER_BYTES: usize = 4 * 1024;

/// A persistent connection.
pub(crate) struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, valid until the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    /// Up to two cookies with name, value and attributes.
    pub(crate) cookies: [Option<&'a str>; 2],
    /// Status line and headers.
    pub(crate) head: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(BUFFER_BYTES) })
    }

    /// Sends a complete request and waits for the complete answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let mut whole = None;
        while whole.is_none_or(|length| self.received.len() < length) {
            ensure!(self.stream.read_buf(&mut self.received).await? > 0, "the server hung up");
            if whole.is_none() {
                whole = whole_length(&self.received)?;
            }
        }
        read(&self.received)?.context("an answer shrank")
    }
}

/// Returns the length of the answer that begins with `received`, once its head is complete.
fn whole_length(received: &[u8]) -> Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(received)? else { return Ok(None) };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let Some(length) = length else { bail!("an answer without a length") };
    Ok(Some(head + std::str::from_utf8(length.value)?.parse::<usize>()?))
}

fn read(received: &[u8]) -> Result<Option<Answer<'_>>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(received)? else { return Ok(None) };
    let set = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("set-cookie"));
    let mut set = set.map(|cookie| std::str::from_utf8(cookie.value).ok());
    Ok(Some(Answer {
        status: response.code.unwrap_or_default(),
        cookies: [set.next().flatten(), set.next().flatten()],
        head: &received[..head],
        body: &received[head..],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_when_it_is_whole() -> Result<()> {
        let answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\ncontent-length: 2\r\n\r\nok";
        assert_eq!(whole_length(&answer[..60])?, None);
        assert_eq!(whole_length(answer)?, Some(answer.len()));
        let (head, body) = answer.split_at(answer.len() - 2);
        let cookies = [Some("a=1; Path=/"), None];
        assert_eq!(read(answer)?, Some(Answer { status: 200, cookies, head, body }));
        assert!(whole_length(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        Ok(())
    }
}
