//! Where things are, and what they are called. The names are those of `[[workspace.metadata.leptos]]`.

use std::env;
use std::path::{Path, PathBuf};

/// The name of the generated `.js`, `.wasm` and `.css`.
pub(crate) const OUTPUT_NAME: &str = "latchkey";
/// The folder of the generated files inside the site.
pub(crate) const PKG_DIR: &str = "pkg";
/// What the browser half is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    // As `cargo run` says it now: a folder that was moved after it was compiled is not compiled again.
    let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The folder of everything that cargo builds.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The site that the server serves: generated files, style and `public/`.
pub(crate) fn site() -> PathBuf {
    root().join("target/site")
}

/// The server's executable in the folder of a profile (`debug` or `release`).
pub(crate) fn server(profile: &str) -> PathBuf {
    let name = format!("server{}", env::consts::EXE_SUFFIX);
    target().join(profile).join(name)
}
