//! Checks the built site: the style sheet, the WebAssembly and the JavaScript that every page names.

use crate::config::Config;
use leptos::config::LeptosOptions;
use platform::Assets;
use std::collections::BTreeSet;
use std::path::{Path, absolute};

/// Returns the options of Leptos, which `cargo-leptos` would set through the environment.
pub(crate) fn leptos_options(config: &Config) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(env!("LEPTOS_OUTPUT_NAME"))
        .site_root(config.site_root.display().to_string())
        .site_addr(config.bind_addr)
        .build()
}

/// Checks at start that the folder contains a site. Without one, pages would have no style and never hydrate.
///
/// # Errors
/// Names the missing files and their folder.
pub(crate) fn check(options: &LeptosOptions) -> Result<(), String> {
    let root = Path::new(options.site_root.as_ref());
    let place = absolute(root).unwrap_or_else(|_| root.to_owned());
    let missing = missing(options, &Assets::look(options));
    let found = if !root.is_dir() {
        format!("there is no folder {}", place.display())
    } else if missing.is_empty() {
        return Ok(());
    } else {
        format!("{} lacks {}", place.display(), missing.join(", "))
    };
    Err(format!(
        "LEPTOS_SITE_ROOT: {found}. It must name the folder with the built site: `cargo xtask dev` builds one and \
         starts the server on it, `cargo xtask release` puts one into target/dist/site"
    ))
}

/// Returns the files that pages name and that do not exist at this moment, as paths in the folder.
pub(crate) async fn missing_now(options: &LeptosOptions) -> Vec<String> {
    let options = options.clone();
    let looking = tokio::task::spawn_blocking(move || missing(&options, &Assets::of(&options)));
    // Fails only while the process is ending.
    looking.await.unwrap_or_default()
}

fn missing(options: &LeptosOptions, assets: &Assets) -> Vec<String> {
    let root = Path::new(options.site_root.as_ref());
    let files: BTreeSet<_> = assets.addresses().map(|address| address.trim_start_matches('/')).collect();
    files.into_iter().filter(|file| !root.join(file).is_file()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder with these files in its `pkg`.
    fn site(files: &[&str]) -> std::io::Result<(tempfile::TempDir, LeptosOptions)> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("pkg"))?;
        for file in files {
            fs::write(folder.path().join("pkg").join(file), "{}")?;
        }
        let root = folder.path().display().to_string();
        let options = LeptosOptions::builder().output_name("latchkey").site_root(root).build();
        Ok((folder, options))
    }

    #[test]
    fn a_site_is_complete_with_and_without_hashes() -> std::io::Result<()> {
        for files in [
            ["latchkey.css", "latchkey.js", "latchkey.wasm"],
            ["latchkey.aB1.css", "latchkey._c-2.js", "latchkey.d.wasm"],
        ] {
            let (_folder, options) = site(&files)?;
            assert_eq!(check(&options), Ok(()), "{files:?}");
        }
        Ok(())
    }

    #[test]
    fn missing_files_are_named_with_their_folder() -> std::io::Result<()> {
        let (folder, options) = site(&["latchkey.aB1.css", "latchkey._c-2.js", "latchkey.aB1.css.br"])?;
        let told = check(&options).err().unwrap_or_default();
        assert!(told.contains(&format!("{} lacks pkg/latchkey.wasm.", folder.path().display())), "{told}");
        let (_folder, options) = site(&[])?;
        let told = check(&options).err().unwrap_or_default();
        assert!(told.contains("lacks pkg/latchkey.css, pkg/latchkey.js, pkg/latchkey.wasm."), "{told}");
        let options = LeptosOptions::builder().output_name("latchkey").site_root("/nowhere/site").build();
        let told = check(&options).err().unwrap_or_default();
        assert!(told.starts_with("LEPTOS_SITE_ROOT: there is no folder /nowhere/site."), "{told}");
        Ok(())
    }

    #[test]
    fn a_chunk_that_the_manifest_names_must_exist() -> std::io::Result<()> {
        let (folder, options) = site(&["latchkey.a.css", "latchkey.b.js", "latchkey.c.wasm", "split_notes.d.wasm"])?;
        let manifest = folder.path().join("pkg/__wasm_split_manifest.json");
        fs::write(&manifest, r#"{"notes": ["split_notes.d"]}"#)?;
        assert_eq!(check(&options), Ok(()));
        fs::write(&manifest, r#"{"notes": ["split_notes.d", "chunk_0.e"], "account": ["chunk_0.e"]}"#)?;
        let told = check(&options).err().unwrap_or_default();
        assert!(told.contains("lacks pkg/chunk_0.e.wasm."), "{told}");
        Ok(())
    }
}
