//! The log.

use crate::config::LogFormat;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

/// What is logged where `RUST_LOG` does not say: what happens to accounts, requests, and what goes wrong.
const DEFAULT_FILTER: &str = "info,sqlx=warn,tower_sessions=error,tower_sessions_core=error";

/// What a command logs where `RUST_LOG` does not say: its answer is what is asked for, and the events are in the table.
const QUIET_FILTER: &str = "warn,sqlx=error";

/// Sends the log to standard error from here on, for commands whose answer goes to standard output.
///
/// # Errors
/// As [`start`].
pub fn start_quiet() -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(filter(QUIET_FILTER)?).with(lines).try_init()?;
    Ok(())
}

/// Sends the log to standard output from here on.
///
/// # Errors
/// Where `RUST_LOG` cannot be read, or a log was started before.
pub fn start(format: LogFormat) -> anyhow::Result<()> {
    let registry = tracing_subscriber::registry().with(filter(DEFAULT_FILTER)?);
    let lines = tracing_subscriber::fmt::layer();
    match format {
        LogFormat::Pretty => registry.with(lines).try_init()?,
        LogFormat::Json => registry.with(lines.json()).try_init()?,
    }
    Ok(())
}

fn filter(default: &str) -> anyhow::Result<EnvFilter> {
    match std::env::var("RUST_LOG") {
        Ok(filter) if !filter.is_empty() => {
            EnvFilter::try_new(&filter).map_err(|error| anyhow::anyhow!("RUST_LOG: `{filter}`: {error}"))
        }
        _ => Ok(EnvFilter::new(default)),
    }
}
