//! The checks of every request: endpoint, method, host, origin, form.

mod cross_origin;
mod endpoints;
mod forms;
mod headers;
mod host;
mod idempotency;
mod methods;
