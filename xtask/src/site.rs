//! Builds both halves for debugging and assembles the site, as `cargo leptos build` would.

use crate::paths::{self, OUTPUT_NAME, PKG_DIR, Site, WASM_TARGET};
use crate::process::{cargo, run, say};
use crate::{bindgen, tools};
use anyhow::{Context, Result, anyhow};
use std::fmt::Write;
use std::path::Path;
use std::{fs, thread};

/// Optimises a little: unoptimised WebAssembly is more than twice as large, and the browser tests load it hundreds of
/// times. A profile of its own would compile the procedural macros twice.
const OPTIMISED: &str = "profile.dev.opt-level=1";

/// Builds the server and a site. Does nothing that is up to date.
pub(crate) fn build(place: Site) -> Result<()> {
    tools::ready_to_build()?;
    say("Building the browser's half (WebAssembly)");
    run(&mut cargo([
        "build",
        "--config",
        OPTIMISED,
        "--package",
        "frontend",
        "--features",
        "split",
        "--target",
        WASM_TARGET,
    ]))?;
    // Generates the bindings on one core while the others compile the server.
    let site = thread::spawn(move || lay_out(place));
    say("Building the server");
    let built = run(&mut cargo(["build", "--package", "server", "--bin", "server"]));
    site.join().map_err(|_| anyhow!("generating the bindings panicked"))??;
    built
}

fn lay_out(place: Site) -> Result<()> {
    let site = place.path();
    let pkg = site.join(PKG_DIR);
    let compiled = paths::target().join(WASM_TARGET).join("debug/frontend.wasm");
    let name = site.file_name().context("a site has a folder")?;
    let stamp = paths::target().join("debug").join(name).with_added_extension("stamp");

    // Starts over if another program (`cargo leptos build`) has written into the folder, so that none of its hashed or
    // compressed files remains.
    if fs::read_to_string(&stamp).ok() != Some(state(&compiled, &pkg)?) {
        remove(&site)?;
        bindgen::generate(&compiled, &pkg)?;
        fs::write(&stamp, state(&compiled, &pkg)?)?;
    }
    copy(&paths::root().join("public"), &site)?;
    let style = bundled(&paths::root().join("style"), "main.css")?;
    fs::write(pkg.join(format!("{OUTPUT_NAME}.css")), style).context("cannot write the style sheet")
}

/// Returns a style sheet with its imports inlined, as a release bundles it.
fn bundled(folder: &Path, name: &str) -> Result<String> {
    let style = fs::read_to_string(folder.join(name)).with_context(|| format!("style/{name} is missing"))?;
    let mut bundle = String::new();
    for line in style.lines() {
        match line.strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
            Some(imported) => bundle.push_str(&bundled(folder, imported)?),
            None => bundle.extend([line, "\n"]),
        }
    }
    Ok(bundle)
}

/// Returns times and lengths of inputs and outputs, to recognise an unchanged site.
fn state(compiled: &Path, pkg: &Path) -> Result<String> {
    let mut state = String::new();
    let generated = ["js", "wasm"].map(|extension| pkg.join(format!("{OUTPUT_NAME}.{extension}")));
    for file in std::iter::once(compiled).chain(generated.iter().map(AsRef::as_ref)) {
        let seen = fs::metadata(file).and_then(|data| Ok((data.len(), data.modified()?)));
        writeln!(state, "{} {:?}", file.display(), seen.ok())?;
    }
    Ok(state)
}

/// Removes a folder and its contents, if it exists.
pub(crate) fn remove(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot clear {}", dir.display()))?;
    }
    Ok(())
}

/// Copies the contents of a folder, if it exists.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{bundled, fs};
    use std::{env, process};

    #[test]
    fn a_style_sheet_holds_what_it_imports() {
        let dir = env::temp_dir().join(format!("latchkey-style-{}", process::id()));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("main.css"), "/* first */\n@import \"more.css\";\nmain { color: black }\n").unwrap();
        fs::write(dir.join("more.css"), "nav { color: navy }\n").unwrap();
        let bundle = bundled(&dir, "main.css").unwrap();
        assert_eq!(bundle, "/* first */\nnav { color: navy }\nmain { color: black }\n");
        assert!(bundled(&dir, "none.css").is_err());
        fs::remove_dir_all(&dir).unwrap();
    }
}
