//! `cargo xtask test`: runs all parts of the tests, or those that are named.

use crate::conformance::{SCHEMATHESIS, schemathesis};
use crate::count::Count;
use crate::postgres::{self, Cluster};
use crate::process::{cargo, catch_interrupts, interrupted, run, run_counting, say};
use crate::{browser, feature, paths, tools};
use anyhow::{Result, bail};
use clap::ValueEnum;
use std::num::NonZero;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{env, thread};

/// Variable with the address of a PostgreSQL server on which the tests create their databases.
const TEST_POSTGRES: &str = "LATCHKEY_TEST_POSTGRES";

/// Variable with the number of tests that Rust's test harness runs at once.
const TEST_THREADS: &str = "RUST_TEST_THREADS";
/// Tests mostly wait for a disk, a server or a time-out.
const AT_ONCE_PER_CORE: usize = 3;

/// Integration tests of `auth`, and both test targets of the server.
const RULES: &str = "it";
const HTTP: &str = "http";
const CLI: &str = "cli";
/// The tests that run schemathesis.
const CONFORMANCE: &str = "conformance::";

/// The parts that can be run alone, in the order of a full run: fast ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The formatting
    Format,
    /// Clippy, for the server's half and for the browser's
    Lint,
    /// Licences and advisories of the dependencies, where cargo-deny is installed
    Deny,
    /// Unit tests of all crates and the integration tests of `auth`
    Unit,
    /// The server over HTTP and its command line
    Http,
    /// Generated requests to every route of the API, where Python is installed
    Api,
    /// A feature that is added to a copy of the repository, and removed with the example
    Feature,
    /// `auth` and the server again, on a temporary PostgreSQL
    Postgres,
    /// Every flow in Chromium
    Browser,
}

/// The result of a part.
enum Outcome {
    Passed,
    /// Could not run; the text gives the reason.
    NotRun(String),
    Failed(String),
}

struct Report {
    part: Part,
    outcome: Outcome,
    count: Count,
    took: Duration,
}

/// Runs the named parts, or all of them. Goes on after a failure and prints a summary.
pub(crate) fn run_parts(named: &[Part], args: &[String]) -> Result<ExitCode> {
    if !args.is_empty() && named.len() != 1 {
        bail!("arguments after -- go to one part, so name it: cargo xtask test browser -- --grep notes");
    }
    catch_interrupts()?;
    let parts = if named.is_empty() { Part::value_variants() } else { named };
    let mut reports = Vec::new();
    for &part in parts {
        let begun = Instant::now();
        let mut count = Count::default();
        let outcome = match part.run(args, &mut count) {
            Ok(Outcome::NotRun(reason)) if !named.is_empty() => Outcome::Failed(reason),
            Ok(outcome) => outcome,
            Err(error) => Outcome::Failed(format!("{error:#}")),
        };
        if let Outcome::Failed(reason) = &outcome {
            eprintln!("\nerror: {}: {reason}", part.name());
        }
        reports.push(Report { part, outcome, count, took: begun.elapsed() });
        if interrupted() {
            break;
        }
    }
    Ok(sum_up(&reports))
}

impl Part {
    fn run(self, args: &[String], count: &mut Count) -> Result<Outcome> {
        match self {
            Self::Format => format()?,
            Self::Lint => lint()?,
            Self::Deny => return deny(),
            Self::Unit => unit(args, count)?,
            Self::Http => http(args, count)?,
            Self::Api => return api(args, count),
            Self::Feature => feature(count)?,
            Self::Postgres => return postgres(args, count),
            Self::Browser => browser::test(args, count)?,
        }
        Ok(Outcome::Passed)
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

fn format() -> Result<()> {
    tools::ready_component("fmt", "rustfmt")?;
    say("Checking the formatting");
    run(&mut cargo(["fmt", "--all", "--check"]))
}

/// Runs Clippy on both halves separately; otherwise cargo would enable `ssr` and `hydrate` in one build. Warnings
/// become errors by an argument, because `RUSTFLAGS` would recompile every dependency.
fn lint() -> Result<()> {
    tools::ready_component("clippy", "clippy")?;
    tools::ready_to_build()?;
    say("Clippy: the server's half");
    let native = ["clippy", "--workspace", "--exclude", "frontend", "--features", "app/ssr", "--all-targets"];
    let native = run(cargo(native).args(["--", "-D", "warnings"]));
    say("Clippy: the browser's half");
    let wasm = ["clippy", "--package", "frontend", "--package", "app", "--features", "app/split", "--target"];
    let wasm = run(cargo(wasm).args([paths::WASM_TARGET, "--", "-D", "warnings"]));
    native.and(wasm)
}

fn deny() -> Result<Outcome> {
    if tools::find("cargo-deny").is_none() {
        let reason = "cargo-deny is not installed: cargo install --locked cargo-deny";
        return Ok(Outcome::NotRun(reason.to_owned()));
    }
    say("Checking the dependencies' licences and advisories");
    run(&mut cargo(["deny", "--all-features", "check"]))?;
    Ok(Outcome::Passed)
}

fn unit(args: &[String], count: &mut Count) -> Result<()> {
    tools::ready_to_build()?;
    say("Testing the rules");
    run_counting(&mut tests(&["--lib", "--bins", "--test", RULES], args), count)
}

fn http(args: &[String], count: &mut Count) -> Result<()> {
    tools::ready_to_build()?;
    say("Testing the server over HTTP and by its command line");
    run_counting(&mut tests(&["--test", HTTP, "--test", CLI], args), count)
}

fn api(args: &[String], count: &mut Count) -> Result<Outcome> {
    tools::ready_to_build()?;
    let program = match schemathesis() {
        Ok(program) => program,
        Err(reason) => return Ok(Outcome::NotRun(reason)),
    };
    say("Sending generated requests to every route of the API");
    let args = [&[CONFORMANCE.to_owned()], args].concat();
    run_counting(tests(&["--test", CLI], &args).env(SCHEMATHESIS, program), count)?;
    Ok(Outcome::Passed)
}

fn feature(count: &mut Count) -> Result<()> {
    tools::ready_component("fmt", "rustfmt")?;
    tools::ready_component("clippy", "clippy")?;
    tools::ready_to_build()?;
    let named = |name: &str| tests(&["--test", HTTP], &[name.to_owned()]);
    feature::check::test(named, count)
}

fn postgres(args: &[String], count: &mut Count) -> Result<Outcome> {
    tools::ready_to_build()?;
    let Some(programs) = postgres::programs() else {
        let line = tools::install_line("postgresql", "brew install postgresql@17");
        let reason = format!("PostgreSQL's initdb, pg_ctl and postgres are not installed: {line}");
        return Ok(Outcome::NotRun(reason));
    };
    let cluster = Cluster::start(programs)?;
    say("Testing the rules and the server on PostgreSQL");
    let mut tests = tests(&["--lib", "--test", RULES, "--test", HTTP], args);
    run_counting(tests.env(TEST_POSTGRES, cluster.url()), count)?;
    Ok(Outcome::Passed)
}

/// Returns the command that runs the tests of some targets, all of them even if one fails. Always names the same
/// packages, because cargo would otherwise choose other features of dependencies and recompile them.
fn tests(targets: &[&str], args: &[String]) -> Command {
    let mut command = cargo(["test", "--no-fail-fast", "--features", "app/ssr"]);
    for package in ["contract", "auth", "platform", "app", "server", "xtask"] {
        command.args(["--package", package]);
    }
    command.args(targets).arg("--").args(args).env_remove(TEST_POSTGRES);
    if env::var_os(TEST_THREADS).is_none() {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        command.env(TEST_THREADS, (AT_ONCE_PER_CORE * cores).to_string());
    }
    command
}

/// Prints a line for each part, the parts that could not run, and a last line in the format of `cargo test`.
fn sum_up(reports: &[Report]) -> ExitCode {
    let mut total = Count::default();
    println!();
    for Report { part, outcome, count, took } in reports {
        total.add(count);
        let (word, detail) = match outcome {
            Outcome::Passed if *count == Count::default() => ("ok", String::new()),
            Outcome::Passed => ("ok", count.to_string()),
            Outcome::Failed(reason) if *count == Count::default() => ("FAILED", reason.clone()),
            Outcome::Failed(reason) => ("FAILED", format!("{count}; {reason}")),
            Outcome::NotRun(reason) => ("not run", reason.clone()),
        };
        let detail = detail.lines().next().unwrap_or_default();
        println!("{:<9} {word:<8} {:>6.1}s  {detail}", part.name(), took.as_secs_f64());
    }
    let failed = reports.iter().filter(|report| matches!(report.outcome, Outcome::Failed(_))).count();
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    let took: Duration = reports.iter().map(|report| report.took).sum();
    println!(
        "\ntest result: {verdict}. {total}; {failed} of {} parts failed; finished in {:.1}s",
        reports.len(),
        took.as_secs_f64()
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
