//! A stand-in for the Pwned Passwords range API that answers once.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::{JoinHandle, spawn};

/// Answers the first question with a range in which `violet anchor spoon 8` is, and gives its first line in the end.
/// Beside it the setting that leads there.
pub(crate) fn range_api() -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let setting = format!("--pwned-passwords-url=http://{}", listener.local_addr().expect("its address"));
    let answering = spawn(move || {
        let (stream, _) = listener.accept().expect("a question");
        let lines = BufReader::new(&stream).lines().map(|line| line.expect("text"));
        let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let range = "1CDBC1E693C7B472FC66D984BB82F489AD6:3";
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{range}", range.len());
        (&stream).write_all(answer.as_bytes()).expect("written");
        head[0].clone()
    });
    (setting, answering)
}
