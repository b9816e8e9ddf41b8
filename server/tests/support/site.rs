//! A site as the tests serve it: the files of `public/`, and those that every page names, empty.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The folder of the site that the tests share.
pub(crate) fn site() -> &'static Path {
    static SITE: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("site");
        lay_out(&folder).expect("a site");
        folder
    });
    &SITE
}

/// Writes a site into `folder`.
pub(crate) fn lay_out(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder.join("pkg"))?;
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../public"))? {
        let file = file?;
        write(&folder.join(file.file_name()), &fs::read(file.path())?)?;
    }
    for built in ["latchkey.css", "latchkey.js", "latchkey.wasm"] {
        write(&folder.join("pkg").join(built), b"")?;
    }
    Ok(())
}

/// Writes a file, unless it is there: a server of another test process may be reading it.
fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|found| found == content) { Ok(()) } else { fs::write(path, content) }
}
