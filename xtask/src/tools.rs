//! Finds required programs, and installs those that need no decision.

use crate::paths::WASM_TARGET;
use crate::process::{output, program, run, say};
use anyhow::{Result, bail};
use std::env;
use std::path::{Path, PathBuf};

/// Returns the path of a program on the `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let dirs = env::var_os("PATH")?;
    env::split_paths(&dirs).map(|dir| dir.join(&file)).find(|path| path.is_file())
}

/// Returns whether this process runs as root.
pub(crate) fn is_root() -> bool {
    output("id", ["-u"]).as_deref() == Some("0")
}

/// Returns whether a Debian package can be installed: `apt-get` exists and we are root.
pub(crate) fn has_apt() -> bool {
    is_root() && find("apt-get").is_some()
}

/// Installs a Debian package. Needs root.
pub(crate) fn apt_install(package: &str) -> Result<()> {
    say(&format!("Installing {package}"));
    run(program("apt-get", ["update", "-qq"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    let args = ["install", "-y", "-qq", "--no-install-recommends", package];
    run(program("apt-get", args).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Checks for a C compiler, which SQLite and the cryptography need, and adds the WebAssembly target if rustup is
/// available.
pub(crate) fn ready_to_build() -> Result<()> {
    if cfg!(unix) && find("cc").is_none() && env::var_os("CC").is_none() {
        bail!("there is no C compiler: {}", install_line("build-essential", "xcode-select --install"));
    }
    let dir = output("rustc", ["--print", "target-libdir", "--target", WASM_TARGET]);
    if dir.is_some_and(|dir| Path::new(&dir).is_dir()) {
        return Ok(());
    }
    if find("rustup").is_none() {
        bail!(
            "Rust cannot compile to WebAssembly here and rustup is not there to add that: \
             curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
        );
    }
    say("Adding Rust's WebAssembly target");
    run(&mut program("rustup", ["target", "add", WASM_TARGET]))
}

/// Checks for a component of the Rust toolchain, which cargo runs as `cargo <command>`; adds it if rustup is available.
pub(crate) fn ready_component(command: &str, component: &str) -> Result<()> {
    if output("cargo", [command, "--version"]).is_some() {
        return Ok(());
    }
    if find("rustup").is_none() {
        bail!("`cargo {command}` is missing, and rustup is not there to add {component}");
    }
    say(&format!("Adding {component}"));
    run(&mut program("rustup", ["component", "add", component]))
}

/// Returns the command that installs a package on this system, as far as it can be recognised.
pub(crate) fn install_line(debian: &str, mac: &str) -> String {
    if cfg!(target_os = "macos") {
        return mac.to_owned();
    }
    let sudo = if is_root() { "" } else { "sudo " };
    if find("dnf").is_some() && find("apt-get").is_none() {
        let package = if debian == "build-essential" { "gcc" } else { debian };
        return format!("{sudo}dnf install -y {package}");
    }
    format!("{sudo}apt-get install -y {debian}")
}
