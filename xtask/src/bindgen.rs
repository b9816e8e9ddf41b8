//! Generates the JavaScript that loads the WebAssembly, with `wasm-bindgen-cli-support` as a library:
//! `Cargo.lock` holds it and the `wasm-bindgen` of the app to the same version, which the two must have.

use crate::paths::OUTPUT_NAME;
use anyhow::{Result, anyhow, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// How the JavaScript that loads the parts is called, beside the app's own.
const PARTS_LOADER: &str = "./__wasm_split.js";
/// Which files each part is in, for the pages to say what they need (`app::shell`); the name is cargo-leptos's.
const MANIFEST: &str = "__wasm_split_manifest.json";

/// Takes the compiled `frontend` apart (`app/src/lazy.rs`), and writes `latchkey.js`, `latchkey.wasm` and the parts into
/// a folder.
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
    /// Keep what the parts of a WebAssembly that was taken apart need of each other.
    #[arg(long)]
    keep_lld_exports: bool,
    /// Keep the names as they are, which goes with it.
    #[arg(long)]
    no_demangle: bool,
    compiled: PathBuf,
}

impl Args {
    /// Does what the program does.
    pub(crate) fn run(&self) -> Result<()> {
        ensure!(self.target == "web", "only bindings for the web are made here");
        ensure!(self.keep_lld_exports == self.no_demangle, "the two go together");
        bind(&self.compiled, &self.out_dir, &self.out_name, self.keep_lld_exports)
    }
}

/// `is_part`: other parts refer to what this one exports, by its name.
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
