//! Measures the download of a page before it hydrates.

use crate::{
    benchmark::{Aim, Benchmark, Outcome},
    server::Place,
};
use anyhow::{Context, Result, ensure};
use brotli::enc::BrotliEncoderParams;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The home page.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "size",
    what: "WebAssembly and JavaScript of `/` after Brotli",
    unit: "KiB",
    aim: Aim::AtMost(150.0),
    run: |place| run(place, &[]),
};

/// The sign-in page.
pub(crate) const SIGN_IN: Benchmark = Benchmark {
    name: "size_sign_in",
    what: "WebAssembly and JavaScript of `/login` after Brotli",
    unit: "KiB",
    aim: Aim::AtMost(150.0),
    run: |place| run(place, &["way_in"]),
};

/// The account pages: the largest chunk, together with the chunk of every signed-in page.
pub(crate) const ACCOUNT: Benchmark = Benchmark {
    name: "size_account",
    what: "WebAssembly and JavaScript of the account pages after Brotli",
    unit: "KiB",
    aim: Aim::AtMost(150.0),
    run: |place| run(place, &["account", "session"]),
};

/// Sums the files that every page loads and those of the chunks in `needed`.
fn run(place: &Place, needed: &[&str]) -> Result<Outcome> {
    let folder = place.site().join("pkg");
    let files = files(&folder)?;
    let always = files.iter().filter(|path| is_always_loaded(path));
    let mut bytes = 0;
    for path in always {
        bytes += compressed(path)?;
    }
    ensure!(bytes > 0, "neither .wasm nor .js in {}", folder.display());
    if !needed.is_empty() {
        let parts = parts(&files)?;
        let mut shared = HashSet::new();
        for part in needed {
            shared.extend(parts.get(*part).with_context(|| format!("there is no part {part}"))?);
        }
        for file in shared {
            bytes += compressed(&folder.join(format!("{file}.wasm")))?;
        }
    }
    Ok(Outcome::Value(f64::from(u32::try_from(bytes)?) / 1024.0))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("no site in {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

/// Returns whether every page loads the file: the JavaScript, and the WebAssembly outside chunks.
fn is_always_loaded(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is = |extension: &str| path.extension().is_some_and(|other| other == extension);
    is("js") || (is("wasm") && !name.starts_with("split_") && !name.starts_with("chunk_"))
}

/// Returns the files of each chunk without their extension.
fn parts(files: &[PathBuf]) -> Result<HashMap<String, Vec<String>>> {
    let is_manifest = |path: &&PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("__wasm_split_manifest.") && path.extension().is_some_and(|extension| extension == "json")
    };
    let manifest = files.iter().find(is_manifest).context("the WebAssembly is in one piece")?;
    Ok(serde_json::from_str(&fs::read_to_string(manifest)?)?)
}

/// Returns the served length: that of the `.br` file if there is one.
fn compressed(path: &Path) -> Result<usize> {
    if let Ok(beside) = fs::metadata(path.with_added_extension("br")) {
        return Ok(usize::try_from(beside.len())?);
    }
    let plain = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut small = Vec::new();
    let params = BrotliEncoderParams { size_hint: plain.len(), ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut small, &params)?;
    Ok(small.len())
}
