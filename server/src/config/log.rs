//! Settings of the log: `LOG_FORMAT` and `RUST_LOG`.

use std::ffi::OsString;
use tracing_subscriber::EnvFilter;

/// The format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Parses `RUST_LOG`. Returns `None` if it is unset.
///
/// # Errors
/// Returns a problem that names the invalid part.
pub(crate) fn log_filter(rust_log: Option<OsString>) -> Result<Option<EnvFilter>, String> {
    let Some(text) = rust_log else { return Ok(None) };
    let text = text.into_string().map_err(|_| "RUST_LOG: is not UTF-8")?;
    EnvFilter::try_new(&text).map(Some).map_err(|error| format!("RUST_LOG: `{text}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_filter_is_parsed_or_its_problem_named() {
        assert!(log_filter(None).is_ok_and(|filter| filter.is_none()));
        assert!(log_filter(Some("warn,auth=info".into())).is_ok_and(|filter| filter.is_some()));
        assert!(log_filter(Some("auth=loud".into())).is_err_and(|error| error.starts_with("RUST_LOG: `auth=loud`: ")));
    }
}
