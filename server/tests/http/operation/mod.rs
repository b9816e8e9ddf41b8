//! For the operator: log, metrics, health, shutdown, failures of the database.

mod failures;
mod health;
pub(crate) mod log;
pub(crate) mod metrics;
mod shutdown;
mod trouble;
