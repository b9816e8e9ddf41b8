//! Writes the list of the features from the lines `pub mod …;` of `src/features/mod.rs`, so that each is named once.
//!
//! A macro could make both from one list, but rustfmt formats no file whose module a macro declares.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

const FEATURES: &str = "src/features/mod.rs";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FEATURES}");
    // A copy of the repository that is built into the same target folder names itself here, and so has a list of its own.
    println!("cargo::rerun-if-env-changed=WORKSPACE");
    let text = fs::read_to_string(FEATURES)?;
    let modules = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let list: Vec<String> = modules.map(|module| format!("{module}::FEATURE")).collect();
    let file = Path::new(&env::var("OUT_DIR")?).join("features.rs");
    fs::write(file, format!("&[{}]", list.join(", ")))?;
    Ok(())
}
