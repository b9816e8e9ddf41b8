//! What Axum does on this machine at best: one route, one fixed answer, no layers, in a process of its own like the
//! server it is held against.

use crate::server::Running;
use anyhow::{Context, Result};
use axum::{Router, http::header::CONTENT_TYPE, routing::post};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use tokio::net::TcpListener;

/// The route.
pub(crate) const PATH: &str = "/api/auth/me";

/// A bare server; killed when dropped.
#[derive(Debug)]
pub(crate) struct BareServer {
    pub(crate) address: SocketAddr,
    _process: Running,
}

impl BareServer {
    /// Starts one that answers with `body`, which is JSON.
    pub(crate) fn start(body: &str) -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("--serve").arg(body).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Running::spawn(&mut command)?;
        let said = process.0.stdout.take().context("the bare server is mute")?;
        let mut address = String::new();
        BufReader::new(said).read_line(&mut address)?;
        Ok(Self { address: address.trim().parse().context("the bare server did not start")?, _process: process })
    }
}

/// Is one, until the process ends; says its address first.
pub(crate) fn serve(body: String) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let answer = post(async move || ([(CONTENT_TYPE, "application/json")], body));
        Ok(axum::serve(listener, Router::new().route(PATH, answer)).await?)
    })
}
