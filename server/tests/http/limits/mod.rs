//! Limits of size, time and number.

mod bodies;
mod client_failures;
mod csp_reports;
mod patience;
pub(crate) mod queue;
mod throttle;
