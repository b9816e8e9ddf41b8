//! The log.

use crate::config::{self, LogFormat};
use std::ffi::OsString;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

/// What is logged where `RUST_LOG` does not say: what happens to accounts, requests, and what goes wrong.
const DEFAULT_FILTER: &str = "info,sqlx=warn,tower_sessions=error,tower_sessions_core=error";

/// What a command logs where `RUST_LOG` does not say: its answer is what is asked for, and the events are in the table.
const QUIET_FILTER: &str = "warn,sqlx=error";

/// Sends the log to standard error from here on, for commands whose answer goes to standard output. Where `RUST_LOG`
/// cannot be read, those that need the configuration tell it with the rest of what is wrong.
///
/// # Errors
/// Where a log was started before.
pub fn start_quiet() -> anyhow::Result<()> {
    let filter = wanted(config::variable("RUST_LOG")).ok().flatten().unwrap_or_else(|| EnvFilter::new(QUIET_FILTER));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(lines).try_init()?;
    Ok(())
}

/// Sends the log to standard output from here on.
///
/// # Errors
/// Where `RUST_LOG` cannot be read, or a log was started before.
pub fn start(format: LogFormat) -> anyhow::Result<()> {
    let filter = wanted(config::variable("RUST_LOG")).map_err(|problem| anyhow::anyhow!(problem))?;
    let registry = tracing_subscriber::registry().with(filter.unwrap_or_else(|| EnvFilter::new(DEFAULT_FILTER)));
    let lines = tracing_subscriber::fmt::layer();
    match format {
        LogFormat::Pretty => registry.with(lines).try_init()?,
        LogFormat::Json => registry.with(lines.json()).try_init()?,
    }
    Ok(())
}

/// What `RUST_LOG` says is to be logged, where it says anything.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn wanted(rust_log: Option<OsString>) -> Result<Option<EnvFilter>, String> {
    let Some(text) = rust_log else { return Ok(None) };
    let text = text.into_string().map_err(|_| "RUST_LOG: is not UTF-8")?;
    EnvFilter::try_new(&text).map(Some).map_err(|error| format!("RUST_LOG: `{text}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_or_told() {
        assert!(wanted(None).is_ok_and(|filter| filter.is_none()));
        assert!(wanted(Some("warn,auth=info".into())).is_ok_and(|filter| filter.is_some()));
        assert!(wanted(Some("auth=loud".into())).is_err_and(|told| told.starts_with("RUST_LOG: `auth=loud`: ")));
    }
}
