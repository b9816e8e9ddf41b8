//! What a browser downloads before the page hydrates.

use crate::{
    benchmark::{Aim, Benchmark, Outcome},
    server::Place,
};
use anyhow::{Context, Result, ensure};
use brotli::enc::BrotliEncoderParams;
use std::fs;
use std::path::Path;

/// As it goes over the wire.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "size",
    what: "WebAssembly and JavaScript after Brotli",
    unit: "KiB",
    aim: Aim::AtMost(150.0),
    run,
};

fn run(place: &Place) -> Result<Outcome> {
    let folder = place.site().join("pkg");
    let files = fs::read_dir(&folder).with_context(|| format!("no site in {}", place.site().display()))?;
    let mut bytes = 0;
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "wasm" || extension == "js") {
            bytes += compressed(&path)?;
        }
    }
    ensure!(bytes > 0, "neither .wasm nor .js in {}", folder.display());
    Ok(Outcome::Value(f64::from(u32::try_from(bytes)?) / 1024.0))
}

/// The length of what is served: the file compressed beforehand, where there is one.
fn compressed(path: &Path) -> Result<usize> {
    if let Ok(beside) = fs::metadata(path.with_added_extension("br")) {
        return Ok(usize::try_from(beside.len())?);
    }
    let plain = fs::read(path)?;
    let mut small = Vec::new();
    let params = BrotliEncoderParams { size_hint: plain.len(), ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut small, &params)?;
    Ok(small.len())
}
