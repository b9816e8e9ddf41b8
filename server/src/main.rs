//! Runs the server or one of its commands. A fork may change this file.

use server::Cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // Prints one line without a backtrace, because the cause is nearly always a setting or an argument.
    Cli::from_process().run().await.unwrap_or_else(|error| {
        eprintln!("Error: {error:#}");
        ExitCode::FAILURE
    })
}
