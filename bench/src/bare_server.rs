//! The limit for requests: a bare Axum server with one route, a fixed answer and no layers, in a process of its own.

use crate::server::Running;
use anyhow::{Context, Result};
use axum::{Router, http::header::CONTENT_TYPE, routing::post};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use tokio::net::TcpListener;

/// Path of the route.
pub(crate) const PATH: &str = "/api/auth/me";

/// A bare server; killed when dropped.
#[derive(Debug)]
pub(crate) struct BareServer {
    pub(crate) address: SocketAddr,
    _process: Running,
}

impl BareServer {
    /// Starts a server that answers with the JSON text `body`.
    pub(crate) fn start(body: &str) -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("--serve").arg(body).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Running::spawn(&mut command)?;
        let said = process.0.stdout.take().context("the bare server has no output")?;
        let mut address = String::new();
        BufReader::new(said).read_line(&mut address)?;
        Ok(Self { address: address.trim().parse().context("the bare server did not start")?, _process: process })
    }
}

/// Serves until the process ends; prints its address first.
pub(crate) fn serve(body: String) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let answer = post(async move || ([(CONTENT_TYPE, "application/json")], body));
        Ok(axum::serve(listener, Router::new().route(PATH, answer)).await?)
    })
}
