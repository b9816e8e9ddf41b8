//! Names and paths of build results. The names equal those of `[[workspace.metadata.leptos]]`.

use std::env;
use std::path::{Path, PathBuf};

/// Name of the generated `.js`, `.wasm` and `.css` files.
pub(crate) const OUTPUT_NAME: &str = "latchkey";
/// Folder of the generated files inside the site.
pub(crate) const PKG_DIR: &str = "pkg";
/// Compilation target of the browser's half.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Returns the folder of the workspace.
pub(crate) fn root() -> PathBuf {
    // Read at run time, because a folder that moves after compilation is not compiled again.
    let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Returns cargo's target folder.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// A folder with a site: generated files, CSS and `public/`. Each builder has its own, so that none replaces the files
/// of a running server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// Site of `cargo xtask dev`.
    Dev,
    /// Site of the browser tests, of `cargo leptos end-to-end`, and the server's default.
    Tests,
    /// Site of `cargo xtask release`, until it is copied into `target/dist`.
    Release,
}

impl Site {
    /// Returns the folder relative to the workspace.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Dev => "target/dev-site",
            Self::Tests => "target/site",
            Self::Release => "target/release-site",
        }
    }

    /// Returns the absolute path.
    pub(crate) fn path(self) -> PathBuf {
        root().join(self.folder())
    }
}

/// Returns the path of the server in a profile (`debug` or `release`).
pub(crate) fn server(profile: &str) -> PathBuf {
    let name = format!("server{}", env::consts::EXE_SUFFIX);
    target().join(profile).join(name)
}

#[cfg(test)]
mod tests {
    use super::{Site, root};
    use std::fs;

    #[test]
    fn each_builder_has_its_own_site() {
        let [dev, tests, release] = [Site::Dev, Site::Tests, Site::Release].map(Site::folder);
        assert!(dev != tests && tests != release && release != dev);
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("site-root = \"{tests}\"\n")), "cargo-leptos has that of the tests");
        // `.gitignore` ignores `target/`, and `cargo clean` removes it.
        assert!([dev, tests, release].iter().all(|folder| folder.starts_with("target/")));
    }
}
