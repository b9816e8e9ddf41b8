//! What a benchmark is.

use crate::server::Place;
use anyhow::Result;

/// One measurement and what is hoped of it.
pub(crate) struct Benchmark {
    /// By which it is chosen on the command line.
    pub(crate) name: &'static str,
    /// What is measured, and against what, for people.
    pub(crate) what: &'static str,
    /// In what.
    pub(crate) unit: &'static str,
    pub(crate) aim: Aim,
    /// Measures for some seconds and leaves nothing running.
    pub(crate) run: fn(&Place) -> Result<Outcome>,
}

/// What a measurement should come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Aim {
    /// At least this share of the limit.
    ShareOfLimit(f64),
    /// At most this much.
    AtMost(f64),
    /// Not farther than `margin` from `middle`.
    Near {
        /// What is best.
        middle: f64,
        /// How far from it is good enough.
        margin: f64,
    },
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// So much, where `limit` is what the same machine does at best at the same time.
    OfLimit {
        /// What the app does.
        value: f64,
        /// What can be done.
        limit: f64,
    },
    /// So much, to be held against the aim alone.
    Value(f64),
    /// This machine does not tell.
    NotMeasurable,
}
