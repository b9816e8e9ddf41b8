//! A variable that holds the empty string counts as unset, whichever setting it is.

use crate::house::{ADA, House};
use clap::{Arg, CommandFactory, Parser};
use server::config::{Args, Config};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsString;

/// Returns every variable that the configuration reads, whether clap knows it or not.
pub(crate) fn settings() -> BTreeSet<String> {
    let asked = RefCell::new(BTreeSet::new());
    let args = Args::try_parse_from(["server", "--mailer=smtp"]).expect("good arguments");
    let _problems = Config::new(&args, |name| {
        asked.borrow_mut().insert(name.to_owned());
        None::<OsString>
    });
    let command = Args::command();
    let of_clap = command.get_arguments().filter_map(Arg::get_env).map(|name| name.to_string_lossy().into_owned());
    of_clap.chain(asked.into_inner()).collect()
}

#[test]
fn an_empty_variable_counts_as_unset_for_every_setting() {
    let house = House::new();
    house.create(ADA);
    let settings = settings();
    for known in ["TRUSTED_PROXIES", "ACCESS_TOKEN_TTL", "LEPTOS_SITE_ROOT", "APP_SECRET_FILE", "SMTP_URL", "RUST_LOG"]
    {
        assert!(settings.contains(known), "{known}: {settings:?}");
    }
    for setting in &settings {
        // Both look at the same house, where only the clock moves on.
        let doctor = |value: Option<&str>| {
            let mut program = house.program(&["doctor", "--json"]);
            program.current_dir(house.file("")).env_remove(setting).envs(value.map(|value| (setting, value)));
            let said = program.output().expect("it runs");
            let told = String::from_utf8_lossy(&said.stdout).into_owned();
            let findings: serde_json::Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{said:?}"));
            let findings = findings.as_array().expect("a list").clone();
            findings.into_iter().filter(|finding| finding["what"] != "clock").collect::<Vec<_>>()
        };
        assert_eq!(doctor(Some("")), doctor(None), "{setting}");
    }
}

#[test]
fn a_flag_that_is_given_empty_is_an_error() {
    let house = House::new();
    let why = house.refusal(&["--mailer=", "user", "list"]);
    assert!(why.contains("MAILER: ``"), "{why}");
}

#[test]
fn the_help_names_a_variable_that_is_empty() {
    let house = House::new();
    let help = house.program(&["--help"]).env("BIND_ADDR", "").output().expect("it runs");
    let help = String::from_utf8_lossy(&help.stdout);
    assert!(help.contains("[env: BIND_ADDR=]"), "{help}");
}
