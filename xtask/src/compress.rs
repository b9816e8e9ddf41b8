//! Compresses the files of a site with Brotli at the highest level.

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use std::fs;
use std::path::Path;

/// Extensions of files that are compressed already.
const COMPRESSED: [&str; 7] = ["br", "gz", "png", "jpg", "webp", "avif", "woff2"];

/// Writes a `.br` file beside each file that becomes smaller, in a folder and below it.
pub(crate) fn compress(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_dir() {
            compress(&path)?;
        } else if !COMPRESSED.contains(&extension) {
            compress_file(&path)?;
        }
    }
    Ok(())
}

fn compress_file(path: &Path) -> Result<()> {
    let plain = fs::read(path)?;
    let mut small = Vec::with_capacity(plain.len() / 2);
    let params = BrotliEncoderParams { size_hint: plain.len(), ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut small, &params)?;
    if small.len() < plain.len() {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".br");
        fs::write(&beside, small).with_context(|| format!("cannot write {}", beside.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::compress;
    use std::{env, fs, process};

    #[test]
    fn compresses_what_gets_smaller() {
        let dir = env::temp_dir().join(format!("latchkey-compress-{}", process::id()));
        let pkg = dir.join("pkg");
        fs::create_dir_all(&pkg).unwrap();
        let style = "main { color: black }\n".repeat(100);
        fs::write(pkg.join("a.css"), &style).unwrap();
        fs::write(dir.join("short.txt"), "x").unwrap();
        fs::write(dir.join("a.png"), &style).unwrap();
        compress(&dir).unwrap();

        let compressed = fs::read(pkg.join("a.css.br")).unwrap();
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut compressed.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, style.as_bytes());
        assert!(!dir.join("short.txt.br").exists());
        assert!(!dir.join("a.png.br").exists());
        fs::remove_dir_all(&dir).unwrap();
    }
}
