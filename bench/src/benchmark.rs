//! The parts of a benchmark.

use crate::server::Place;
use anyhow::Result;

/// One measurement and its aim.
pub(crate) struct Benchmark {
    /// Name on the command line.
    pub(crate) name: &'static str,
    /// Description: what is measured, against what.
    pub(crate) what: &'static str,
    /// Unit of the values.
    pub(crate) unit: &'static str,
    pub(crate) aim: Aim,
    /// Measures for some seconds and leaves nothing running.
    pub(crate) run: fn(&Place) -> Result<Outcome>,
}

/// The aim of a measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Aim {
    /// At least this share of the limit.
    ShareOfLimit(f64),
    /// At most this value.
    AtMost(f64),
    /// At most `margin` away from `middle`.
    Near {
        /// The best value.
        middle: f64,
        /// The accepted distance from it.
        margin: f64,
    },
}

/// The result of a measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// A value with `limit`, the best that the same machine did in the same run.
    OfLimit {
        /// The app's value.
        value: f64,
        /// The machine's limit.
        limit: f64,
    },
    /// A value without a limit.
    Value(f64),
    /// Not available on this machine.
    NotMeasurable,
}
