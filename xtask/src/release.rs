//! Builds a release: `cargo leptos build --release` with its tools installed, the WebAssembly split, and the results in
//! `target/dist`.

use crate::paths::{self, OUTPUT_NAME, PKG_DIR, Site};
use crate::process::{become_program, cargo, output, program, run, say};
use crate::{compress, site, tools};
use anyhow::{Context, Result};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The cargo-leptos version that the configuration is written for. Later patch versions fit too.
const CARGO_LEPTOS: (u32, u32, u32) = (0, 3, 10);
/// npm package of `wasm-opt` with its version.
const BINARYEN: &str = "binaryen@130.0.0";

/// Variable with compiler flags for the browser's half only.
const WASM_RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// The deployed files.
pub(crate) struct Release {
    /// The server's binary.
    pub(crate) server: PathBuf,
    /// The folder of the site.
    pub(crate) site: PathBuf,
}

/// Builds a release and collects it in `target/dist`.
pub(crate) fn build() -> Result<Release> {
    tools::ready_to_build()?;
    let own = paths::target().join("tools");
    let path = tool_path(&own)?;
    // Removes files of an earlier release, whose names hold other hashes.
    site::remove(&Site::Release.path())?;
    say("Building the release with cargo-leptos");
    let args = ["leptos", "build", "--release", "--split", "--lib-features", "split"];
    let mut leptos = cargo(args);
    leptos.env("PATH", &path).env(WASM_RUSTFLAGS, unnamed_sources()?);
    // Overrides `site-root` of Cargo.toml.
    run(leptos.env("LEPTOS_SITE_ROOT", Site::Release.folder()))?;
    collect()
}

/// Returns flags that remove the builder's folders from panic messages of dependencies. They would reveal folder names
/// and add 4 KiB to the download.
fn unnamed_sources() -> Result<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))).context("cargo has no home")?;
    let mut flags = env::var(WASM_RUSTFLAGS).unwrap_or_default();
    for registry in fs::read_dir(home.join("registry/src")).into_iter().flatten() {
        let registry = registry?.path();
        if !registry.display().to_string().contains(char::is_whitespace) {
            write!(flags, " --remap-path-prefix={}/=", registry.display())?;
        }
    }
    Ok(flags.trim_start().to_owned())
}

/// Runs as `cargo` for cargo-leptos when it builds the server. That is its last step, so the finished site is
/// compressed first.
pub(crate) fn compress_and_be_cargo(args: &[String]) -> Result<()> {
    if args.iter().any(|arg| arg == "--release") && args.first().is_some_and(|arg| arg == "build") {
        let site = env::var_os("LEPTOS_SITE_ROOT").filter(|site| !site.is_empty());
        let site = site.map_or_else(|| Site::Tests.path(), |site| paths::root().join(site));
        say("Compressing the site");
        compress::compress(&site)?;
    }
    become_program(&mut cargo(args))
}

/// Returns a `PATH` with `cargo leptos` and its tools; installs those that are missing.
fn tool_path(own: &Path) -> Result<std::ffi::OsString> {
    let bin = own.join("bin");
    fs::create_dir_all(&bin)?;
    let mut dirs = vec![bin.clone()];

    if !fits(output("cargo", ["leptos", "--version"]).as_deref()) {
        cargo_leptos(own, &bin)?;
    }
    wasm_bindgen(&bin)?;
    if tools::find("wasm-opt").is_none() {
        dirs.push(wasm_opt(own)?);
    }
    dirs.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    env::join_paths(dirs).context("the PATH cannot be extended")
}

/// Returns whether the output of `cargo leptos --version` names a version that fits.
fn fits(version: Option<&str>) -> bool {
    let Some(version) = version.and_then(|text| text.split_whitespace().last()) else {
        return false;
    };
    let numbers: Vec<u32> = version.split('.').map_while(|number| number.parse().ok()).collect();
    let (major, minor, patch) = CARGO_LEPTOS;
    matches!(numbers[..], [a, b, c] if a == major && b == minor && c >= patch)
}

fn cargo_leptos(own: &Path, bin: &Path) -> Result<()> {
    let program = bin.join(format!("cargo-leptos{}", env::consts::EXE_SUFFIX));
    if fits(output(&program, ["leptos", "--version"]).as_deref()) {
        return Ok(());
    }
    let (major, minor, patch) = CARGO_LEPTOS;
    say(&format!("Installing cargo-leptos {major}.{minor}.{patch} into {} (minutes, once)", own.display()));
    let package = format!("cargo-leptos@{major}.{minor}.{patch}");
    // Unoptimised: it compiles in half the time, and mostly waits for other programs anyway.
    let args = ["install", "--locked", "--debug", &package, "--root"];
    run(cargo(args).arg(own).env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_TARGET_DIR", own.join("build")))?;
    fs::remove_dir_all(own.join("build")).context("cannot remove what cargo-leptos was built in")
}

/// Provides `wasm-bindgen` in the version of `Cargo.lock`, which is part of this program. Except on Unix, cargo-leptos
/// downloads it.
#[cfg(unix)]
fn wasm_bindgen(bin: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let script = bin.join("wasm-bindgen");
    let own = env::current_exe()?;
    fs::write(&script, format!("#!/bin/sh\nexec '{}' wasm-bindgen \"$@\"\n", own.display()))?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(not(unix))]
fn wasm_bindgen(_bin: &Path) -> Result<()> {
    Ok(())
}

/// Returns the folder of `wasm-opt` from npm. Without npm, cargo-leptos downloads one.
fn wasm_opt(own: &Path) -> Result<PathBuf> {
    let npm = own.join("npm");
    let bin = npm.join("node_modules/.bin");
    if tools::find("npm").is_some() && !bin.join("wasm-opt").exists() {
        say("Installing wasm-opt");
        fs::create_dir_all(&npm)?;
        let args = ["install", "--no-audit", "--no-fund", "--no-save", BINARYEN, "--prefix"];
        run(program("npm", args).arg(&npm).current_dir(&npm))?;
    }
    Ok(bin)
}

fn collect() -> Result<Release> {
    let dist = paths::target().join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    let release =
        Release { server: dist.join(format!("{OUTPUT_NAME}{}", env::consts::EXE_SUFFIX)), site: dist.join("site") };
    site::copy(&Site::Release.path(), &release.site)?;
    fs::copy(paths::server("release"), &release.server)?;

    say(&format!("Built {} and {}", release.server.display(), release.site.display()));
    for entry in fs::read_dir(release.site.join(PKG_DIR))? {
        let entry = entry?;
        eprintln!("    {:>9} bytes  {}", entry.metadata()?.len(), entry.file_name().to_string_lossy());
    }
    Ok(release)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn takes_a_cargo_leptos_of_the_series() {
        assert!(fits(Some("cargo-leptos 0.3.10")));
        assert!(fits(Some("cargo-leptos 0.3.27")));
        for other in ["cargo-leptos 0.3.9", "cargo-leptos 0.2.44", "cargo-leptos 0.4.0", "cargo-leptos", ""] {
            assert!(!fits(Some(other)), "{other}");
        }
        assert!(!fits(None));
    }
}
