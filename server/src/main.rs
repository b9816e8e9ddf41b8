//! The program.

use server::Cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // In one line and without a backtrace: nearly always it is the one who typed who can do something about it.
    Cli::from_process().run().await.unwrap_or_else(|error| {
        eprintln!("Error: {error:#}");
        ExitCode::FAILURE
    })
}
