//! The tool behind the part `api` of the tests: schemathesis, which sends generated requests to every route that the
//! description of the API names.

use crate::paths;
use crate::process::{program, run, say};
use crate::tools;
use anyhow::Result;
use std::path::PathBuf;

/// Variable with the path of schemathesis, for the test that runs it.
pub(crate) const SCHEMATHESIS: &str = "LATCHKEY_SCHEMATHESIS";
/// The package, in the version that the test was written for.
const PACKAGE: &str = "schemathesis==4.32.5";

/// Returns the path of schemathesis. Installs it into a virtual environment under `target` at the first call. Gives the
/// reason where that is not possible: Python is missing, or the package index cannot be reached.
pub(crate) fn schemathesis() -> Result<PathBuf, String> {
    let Some(python) = tools::find("python3") else { return Err("Python 3 is not installed".to_owned()) };
    let folder = paths::target().join("schemathesis");
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let installed = bin.join(PACKAGE);
    if !installed.is_file() {
        say("Installing schemathesis");
        let environment = run(program(python, ["-m", "venv"]).arg(&folder));
        let line = tools::install_line("python3-venv", "brew install python");
        environment.map_err(|error| format!("Python has no virtual environments ({error:#}): {line}"))?;
        let package = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE];
        run(&mut program(bin.join("python"), package)).map_err(|error| format!("schemathesis: {error:#}"))?;
        std::fs::write(&installed, "").map_err(|error| format!("{}: {error}", installed.display()))?;
    }
    Ok(bin.join("schemathesis"))
}
