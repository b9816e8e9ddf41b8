//! Metrics, in Prometheus's text format and on an address of their own: what `auth` measures, and every request.
//!
//! Each application has a recorder of its own, handed to whoever measures when it is made. So nothing is global, and of
//! many servers in one process each counts its own.

mod listener;
mod recorder;
mod requests;

pub(crate) use listener::Listener;
pub(crate) use recorder::Recorder;
pub(crate) use requests::{Requests, measure};
