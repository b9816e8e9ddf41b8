//! Generates the JavaScript that loads the WebAssembly, with `wasm-bindgen-cli-support` as a library:
//! `Cargo.lock` holds it and the `wasm-bindgen` of the app to the same version, which the two must have.

use crate::paths::OUTPUT_NAME;
use anyhow::{Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// Writes `latchkey.js` and `latchkey.wasm` for the compiled `frontend` into a folder.
pub(crate) fn generate(compiled: &Path, pkg: &Path) -> Result<()> {
    fs::create_dir_all(pkg)?;
    bind(compiled, pkg, OUTPUT_NAME)?;
    // Leptos knows the file by this name, as does cargo-leptos.
    fs::rename(pkg.join(format!("{OUTPUT_NAME}_bg.wasm")), pkg.join(format!("{OUTPUT_NAME}.wasm")))?;
    Ok(())
}

/// The arguments of the `wasm-bindgen` program that cargo-leptos passes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[arg(long)]
    target: String,
    #[arg(long)]
    out_name: String,
    #[arg(long)]
    out_dir: PathBuf,
    compiled: PathBuf,
}

impl Args {
    /// Does what the program does.
    pub(crate) fn run(&self) -> Result<()> {
        ensure!(self.target == "web", "only bindings for the web are made here");
        bind(&self.compiled, &self.out_dir, &self.out_name)
    }
}

fn bind(compiled: &Path, out_dir: &Path, name: &str) -> Result<()> {
    Bindgen::new().input_path(compiled).web(true)?.typescript(false).out_name(name).generate(out_dir)
}
