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

/// A folder with a site that the server serves: generated files, style and `public/`. Each builder has its own, so that
/// none replaces the files of a server that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// `cargo xtask dev`'s.
    Dev,
    /// The browser tests'. It is cargo-leptos's own as well, which runs them by `cargo leptos end-to-end`, and the
    /// server's where no other is named.
    Tests,
    /// `cargo xtask release`'s, until it is copied into `target/dist`.
    Release,
}

impl Site {
    /// The folder, from that of the workspace.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Dev => "target/dev-site",
            Self::Tests => "target/site",
            Self::Release => "target/release-site",
        }
    }

    /// The folder's path.
    pub(crate) fn path(self) -> PathBuf {
        root().join(self.folder())
    }
}

/// The server's executable in the folder of a profile (`debug` or `release`).
pub(crate) fn server(profile: &str) -> PathBuf {
    let name = format!("server{}", env::consts::EXE_SUFFIX);
    target().join(profile).join(name)
}

#[cfg(test)]
mod tests {
    use super::{Site, root};
    use std::fs;

    #[test]
    fn each_builder_has_a_site_of_its_own() {
        let [dev, tests, release] = [Site::Dev, Site::Tests, Site::Release].map(Site::folder);
        assert!(dev != tests && tests != release && release != dev);
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("site-root = \"{tests}\"\n")), "cargo-leptos has that of the tests");
        // `target/` is what .gitignore leaves out and `cargo clean` removes.
        assert!([dev, tests, release].iter().all(|folder| folder.starts_with("target/")));
    }
}
