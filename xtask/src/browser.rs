//! The browser tests: sets up Playwright and Chromium and runs the tests.

use crate::count::Count;
use crate::paths::{self, PKG_DIR, Site};
use crate::process::{output, program, run, run_counting, say};
use crate::{site, tools};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Oldest Node.js that Playwright supports.
const NODE_MAJOR: u32 = 20;
/// Executable names of Chromium. The headless shell comes first, because it starts faster.
const CHROMIUM: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Sets up the browser and runs Playwright with these arguments.
pub(crate) fn test(args: &[String], count: &mut Count) -> Result<()> {
    let dir = paths::root().join("end2end");
    ready_node()?;
    ready_modules(&dir)?;
    let chromium = ready_chromium(&dir)?;
    site::build(Site::Tests)?;

    say("Checking the browser tests' types");
    run(program("npx", ["--no-install", "tsc", "--noEmit"]).current_dir(&dir))?;
    say("Running the browser tests");
    let mut playwright = program("npx", ["--no-install", "playwright", "test"]);
    playwright.args(args).current_dir(&dir).env("LATCHKEY_SERVER", paths::server("debug"));
    playwright.env("LEPTOS_SITE_ROOT", Site::Tests.path()).env("LEPTOS_SITE_PKG_DIR", PKG_DIR);
    if let Some(chromium) = chromium {
        playwright.env("CHROMIUM_PATH", chromium);
    }
    run_counting(&mut playwright, count)
}

fn ready_node() -> Result<()> {
    let version = output("node", ["--version"]);
    let major = version.as_deref().and_then(|text| text.trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR) || tools::find("npx").is_none() {
        let found = version.unwrap_or_else(|| "none".to_owned());
        let sudo = if tools::is_root() { "" } else { "sudo " };
        let line = if cfg!(target_os = "macos") {
            "brew install node".to_owned()
        } else {
            let script = "https://deb.nodesource.com/setup_24.x";
            format!("curl -fsSL {script} | {sudo}bash - && {sudo}apt-get install -y nodejs")
        };
        bail!("the browser tests need Node.js {NODE_MAJOR} or later (found: {found}): {line}");
    }
    Ok(())
}

/// Installs exactly what the lock file names, if it has changed since.
fn ready_modules(dir: &Path) -> Result<()> {
    let time = |file: &str| fs::metadata(dir.join(file)).and_then(|data| data.modified()).ok();
    if time("node_modules/.package-lock.json") >= time("package-lock.json") {
        return Ok(());
    }
    say("Installing Playwright");
    run(program("npm", ["ci", "--no-audit", "--no-fund"]).current_dir(dir))
}

/// Returns the system's Chromium, or `None` if Playwright has its own, which is installed if necessary.
fn ready_chromium(dir: &Path) -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os("CHROMIUM").filter(|named| !named.is_empty()).map(PathBuf::from) {
        if !named.is_file() {
            bail!("CHROMIUM names {}, which is not there", named.display());
        }
        return Ok(Some(named));
    }
    let found = || CHROMIUM.into_iter().find_map(tools::find);
    if let Some(found) = found() {
        return Ok(Some(found));
    }
    if tools::has_apt()
        && (tools::apt_install("chromium-headless-shell").is_ok() || tools::apt_install("chromium").is_ok())
        && let Some(found) = found()
    {
        return Ok(Some(found));
    }
    // Downloads nothing if it is already installed.
    say("Installing Chromium");
    run(program("npx", ["--no-install", "playwright", "install", "chromium"]).current_dir(dir))?;
    Ok(None)
}
