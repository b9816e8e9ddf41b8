//! The configuration reference in `docs/` is what the program prints.

use crate::environment::settings;
use crate::house::House;

const COMMITTED: &str = include_str!("../../../docs/reference/configuration.md");

#[test]
fn the_configuration_reference_equals_the_texts_of_the_program() {
    let printed = House::new().text(&["configuration-reference"]);
    assert_eq!(printed, COMMITTED, "docs/reference/configuration.md is outdated: run `cargo xtask docs`");
}

#[test]
fn the_configuration_reference_names_every_setting() {
    for setting in settings() {
        assert!(COMMITTED.contains(&format!("`{setting}`")), "{setting} is missing");
    }
}
