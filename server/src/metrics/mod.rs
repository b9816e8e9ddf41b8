//! Metrics in Prometheus's text format on an address of their own: counters of `auth`, requests, and reports of browsers.
//!
//! Every metric is registered with the recorder of its application. So nothing is global, and several servers in one
//! process count separately.

mod client_failures;
mod csp_reports;
mod listener;
mod recorder;
mod requests;

pub(crate) use client_failures::ClientFailures;
pub(crate) use csp_reports::CspReports;
pub(crate) use listener::Listener;
pub(crate) use recorder::Recorder;
pub(crate) use requests::{Requests, measure};
