//! Starts the log.

use crate::config::{self, LogFormat, log_filter};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

/// The filter of the server without `RUST_LOG`: events of accounts, requests, and errors.
const DEFAULT_FILTER: &str = "info,sqlx=warn,tower_sessions=error,tower_sessions_core=error";

/// The filter of a command without `RUST_LOG`: warnings only. Its answer is the output, and events are in the table.
const QUIET_FILTER: &str = "warn,sqlx=error";

/// Starts the log on standard error, for commands whose answer goes to standard output. Ignores a malformed `RUST_LOG`:
/// commands that load the configuration report it there.
///
/// # Errors
/// Fails if a log was started before.
pub fn start_quiet() -> anyhow::Result<()> {
    let filter =
        log_filter(config::variable("RUST_LOG")).ok().flatten().unwrap_or_else(|| EnvFilter::new(QUIET_FILTER));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(lines).try_init()?;
    Ok(())
}

/// Starts the log on standard output.
///
/// # Errors
/// Fails if `RUST_LOG` cannot be parsed, or a log was started before.
pub fn start(format: LogFormat) -> anyhow::Result<()> {
    let filter = log_filter(config::variable("RUST_LOG")).map_err(|problem| anyhow::anyhow!(problem))?;
    let registry = tracing_subscriber::registry().with(filter.unwrap_or_else(|| EnvFilter::new(DEFAULT_FILTER)));
    let lines = tracing_subscriber::fmt::layer();
    match format {
        LogFormat::Pretty => registry.with(lines).try_init()?,
        LogFormat::Json => registry.with(lines.json()).try_init()?,
    }
    Ok(())
}
