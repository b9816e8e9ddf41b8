//! The figures of the password queue.

use ::metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

/// What is measured of the pool that hashes passwords.
pub(crate) struct HashMetrics {
    pub(crate) waiting: Gauge,
    pub(crate) running: Gauge,
    /// Refused because the queue was full.
    pub(crate) refused_full: Counter,
    /// Refused because their client had its share of the queue.
    pub(crate) refused_share: Counter,
    /// From the place in the queue to the core, in seconds.
    pub(crate) wait: Histogram,
    /// From there to the hash, in seconds.
    pub(crate) duration: Histogram,
}

impl HashMetrics {
    pub(crate) fn new() -> Self {
        describe_gauge!("auth_password_hashes_waiting", "Passwords that wait for a core.");
        describe_gauge!("auth_password_hashes_running", "Passwords that are being hashed.");
        describe_counter!(
            "auth_password_hashes_refused_total",
            "Passwords that found the queue full, or their client's share of it."
        );
        describe_histogram!("auth_password_hash_wait_seconds", "How long a password waited for a core.");
        describe_histogram!("auth_password_hash_duration_seconds", "How long a password was hashed.");
        Self {
            waiting: gauge!("auth_password_hashes_waiting"),
            running: gauge!("auth_password_hashes_running"),
            refused_full: counter!("auth_password_hashes_refused_total", "why" => "full"),
            refused_share: counter!("auth_password_hashes_refused_total", "why" => "share"),
            wait: histogram!("auth_password_hash_wait_seconds"),
            duration: histogram!("auth_password_hash_duration_seconds"),
        }
    }
}
