//! `cargo xtask`: the commands of the repository.
//!
//! `dev` starts the app and `test` runs every test; both install what is missing, given Rust and a C compiler.
//! `feature` adds or removes a feature. `release` builds what is deployed, `bench` measures it, and `docs` writes the
//! generated parts of the documents.

mod bench;
mod bindgen;
mod browser;
mod compress;
mod conformance;
mod count;
mod dev;
mod docs;
#[cfg(test)]
mod engine_texts;
mod feature;
mod owned;
mod paths;
mod postgres;
mod process;
mod release;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod security_documents;
mod site;
mod test;
mod test_names;
mod tools;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Commands of the repository; each installs what it needs
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything for debugging and start the app on `http://127.0.0.1:3000`
    Dev {
        /// Arguments for the server, after `--`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Run all tests, or only the named parts
    Test {
        /// Parts to run; all if none is named
        parts: Vec<test::Part>,
        /// Arguments for the tests of the one named part, after `--`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Build the optimised server and site with cargo-leptos, into target/dist
    Release,
    /// Build a release and measure it; a run of all benchmarks writes docs/benchmarks.md
    Bench {
        /// Arguments for the benchmarks, after `--`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Write the generated parts of the documents: the configuration reference, and numbers in the README
    Docs,
    /// Add or remove a feature: its table, server functions, page, words and tests
    Feature {
        #[command(subcommand)]
        command: feature::Command,
    },
    /// Count the lines of Rust that a fork owns
    Lines,
    /// Compress the site of a release, then run `cargo`; cargo-leptos calls this to build the server
    #[command(hide = true)]
    Cargo {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Act as the `wasm-bindgen` program that cargo-leptos calls
    #[command(hide = true)]
    WasmBindgen(bindgen::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Dev { args } => dev::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Test { parts, args } => test::run_parts(&parts, &args),
        Command::Release => release::build().map(|_| ExitCode::SUCCESS),
        Command::Bench { args } => bench::run_benchmarks(&args).map(|()| ExitCode::SUCCESS),
        Command::Docs => docs::regenerate().map(|()| ExitCode::SUCCESS),
        Command::Feature { command } => feature::run(&command).map(|()| ExitCode::SUCCESS),
        Command::Lines => owned::print().map(|()| ExitCode::SUCCESS),
        Command::Cargo { args } => release::compress_and_be_cargo(&args).map(|()| ExitCode::SUCCESS),
        Command::WasmBindgen(args) => args.run().map(|()| ExitCode::SUCCESS),
    }
}
