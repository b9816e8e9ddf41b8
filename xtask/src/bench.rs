//! Measures a release: the `bench` crate starts the server it is given and prints its table.

use crate::paths::PKG_DIR;
use crate::process::{cargo, run, say};
use crate::release;
use anyhow::Result;

/// Builds the release and the benchmarks, and runs them.
pub(crate) fn run_benchmarks(args: &[String]) -> Result<()> {
    let release = release::build()?;
    say("Measuring");
    let mut bench = cargo(["run", "--release", "--package", "bench", "--"]);
    bench.args(args).env("LATCHKEY_SERVER", &release.server);
    run(bench.env("LEPTOS_SITE_ROOT", &release.site).env("LEPTOS_SITE_PKG_DIR", PKG_DIR))
}
