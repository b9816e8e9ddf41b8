//! Generates the JavaScript that loads the WebAssembly.
//!
//! `wasm-bindgen-cli-support` is a library of this program, so that `Cargo.lock` keeps it and the app's `wasm-bindgen`
//! at the same version, as they must be.

use crate::paths::OUTPUT_NAME;
use anyhow::{Result, anyhow, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// Name of the JavaScript that loads the chunks.
const PARTS_LOADER: &str = "./__wasm_split.js";
/// Name of the file that lists the files of each chunk. The server tells pages which chunks they need. cargo-leptos
/// uses the same name.
const MANIFEST: &str = "__wasm_split_manifest.json";

/// Splits the compiled `frontend` and writes `latchkey.js`, `latchkey.wasm` and the chunks into a folder.
pub(crate) fn generate(compiled: &Path, pkg: &Path) -> Result<()> {
    fs::create_dir_all(pkg)?;
    let (whole, main) = (fs::read(compiled)?, compiled.with_extension("main.wasm"));
    let loaded_by = format!("./{OUTPUT_NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = pkg;
    options.main_out_path = &main;
    options.main_module = &loaded_by;
    options.link_name = PARTS_LOADER;
    let parts = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:?}"))?;
    fs::write(pkg.join(MANIFEST), serde_json::to_string(&parts.prefetch_map)?)?;
    bind(&main, pkg, OUTPUT_NAME, true)?;
    // Leptos and cargo-leptos expect this name.
    fs::rename(pkg.join(format!("{OUTPUT_NAME}_bg.wasm")), pkg.join(format!("{OUTPUT_NAME}.wasm")))?;
    Ok(())
}

/// The arguments of `wasm-bindgen` that cargo-leptos passes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[arg(long)]
    target: String,
    #[arg(long)]
    out_name: String,
    #[arg(long)]
    out_dir: PathBuf,
    /// Keep the exports that the chunks need of each other.
    #[arg(long)]
    keep_lld_exports: bool,
    /// Keep mangled names; required with `--keep-lld-exports`.
    #[arg(long)]
    no_demangle: bool,
    compiled: PathBuf,
}

impl Args {
    /// Runs as the `wasm-bindgen` program.
    pub(crate) fn run(&self) -> Result<()> {
        ensure!(self.target == "web", "only `--target web` is supported");
        ensure!(self.keep_lld_exports == self.no_demangle, "--keep-lld-exports and --no-demangle need each other");
        bind(&self.compiled, &self.out_dir, &self.out_name, self.keep_lld_exports)
    }
}

/// Generates the bindings of one file. A chunk (`is_part`) keeps its export names, because other chunks refer to them.
fn bind(compiled: &Path, out_dir: &Path, name: &str, is_part: bool) -> Result<()> {
    Bindgen::new()
        .input_path(compiled)
        .web(true)?
        .typescript(false)
        .keep_lld_exports(is_part)
        .demangle(!is_part)
        .out_name(name)
        .generate(out_dir)
}
