//! Benchmarks of the app, each against a limit measured in the same run.
//!
//! `cargo xtask bench` builds the release and runs them. To add one, write a file in `benchmarks/` and name it in that
//! folder's `mod.rs`.

mod bare_server;
mod benchmark;
mod benchmarks;
mod client;
mod load;
mod person;
mod rank_test;
mod server;
mod table;

use anyhow::{Result, bail};
use benchmark::Benchmark;
use clap::Parser;
use server::Place;
use table::Row;

/// Measures a release of the app.
#[derive(Debug, Parser)]
#[command(name = "bench", after_help = names())]
struct Args {
    /// Names of benchmarks to run; all of them if none is given.
    names: Vec<String>,

    /// Prints JSON instead of a Markdown table.
    #[arg(long)]
    json: bool,

    /// Serves BODY on a bare route. This program calls itself with it.
    #[arg(long, hide = true, value_name = "BODY")]
    serve: Option<String>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if let Some(body) = args.serve {
        return bare_server::serve(body);
    }
    let chosen = chosen(&args.names)?;
    let place = Place::find()?;
    let mut rows = Vec::new();
    for benchmark in chosen {
        eprintln!("{}: {} (load {})", benchmark.name, benchmark.what, load::of_machine());
        rows.push(Row::new(benchmark, &(benchmark.run)(&place)?));
    }
    print!("{}", if args.json { table::json(&rows)? } else { table::markdown(&rows) });
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Benchmark>> {
    let unknown: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| benchmarks::ALL.iter().all(|benchmark| benchmark.name != *name))
        .collect();
    if !unknown.is_empty() {
        bail!("no such benchmark: {}\n{}", unknown.join(", "), self::names());
    }
    let is_chosen = |benchmark: &&Benchmark| names.is_empty() || names.iter().any(|name| name == benchmark.name);
    Ok(benchmarks::ALL.iter().filter(is_chosen).collect())
}

fn names() -> String {
    let lines = benchmarks::ALL.iter().map(|benchmark| format!("  {:<14} {}", benchmark.name, benchmark.what));
    format!("Benchmarks:\n{}", lines.collect::<Vec<_>>().join("\n"))
}
