//! Measures the gap in service while a server is replaced.

use crate::{
    benchmark::{Aim, Benchmark, Outcome},
    load::median,
    server::{PasswordCost, Place, Server},
};
use anyhow::Result;

/// Start on an existing database.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "start",
    what: "start of the process to first answer on an existing database, median of 11",
    unit: "ms",
    aim: Aim::AtMost(100.0),
    run,
};

const STARTS: usize = 11;

fn run(place: &Place) -> Result<Outcome> {
    let folder = place.folder()?;
    let start = || Server::start(place, folder.path(), PasswordCost::DEFAULT);
    // The first start creates the database.
    start()?;
    let times: Result<Vec<f64>> = (0..STARTS).map(|_| Ok(start()?.ready_after.as_secs_f64() * 1000.0)).collect();
    Ok(Outcome::Value(median(times?)))
}
