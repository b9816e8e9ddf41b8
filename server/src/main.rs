//! The server's command line.

use clap::Parser;
use server::config::{Args, Config};
use server::{Application, telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::new(&Args::parse(), |name| std::env::var(name).ok())?;
    telemetry::start(config.log_format)?;
    Application::build(config).await?.run_until_signalled().await
}
