//! Time limits of connections and of the shutdown.

use std::time::Duration;

/// How long a client may take to send the head of its request.
pub(crate) const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(10);
/// How long open requests, abandoned requests and mails in transit may take to end after the server was told to stop.
pub(crate) const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);
