//! Runs the benchmarks of a release.

use crate::docs;
use crate::paths::PKG_DIR;
use crate::process::{cargo, run, run_reading, say};
use crate::release;
use anyhow::Result;

/// Builds the release and the benchmarks and runs them. A run of all of them writes the table of `docs/benchmarks.md`;
/// with `args` the result is only printed.
pub(crate) fn run_benchmarks(args: &[String]) -> Result<()> {
    let release = release::build()?;
    say("Measuring");
    let mut bench = cargo(["run", "--release", "--package", "bench", "--"]);
    bench.args(args).env("LATCHKEY_SERVER", &release.server);
    bench.env("LEPTOS_SITE_ROOT", &release.site).env("LEPTOS_SITE_PKG_DIR", PKG_DIR);
    if !args.is_empty() {
        return run(&mut bench);
    }
    let table = run_reading(&mut bench)?;
    print!("{table}");
    docs::write_benchmarks(&table)
}
