//! The help of the commands, and arguments that are refused before anything is opened.

use crate::house::{ADA, House};

const COMMANDS: &[&[&str]] = &[
    &["user", "list"],
    &["user", "show"],
    &["user", "create"],
    &["user", "disable"],
    &["user", "enable"],
    &["user", "end-sessions"],
    &["user", "send-reset"],
    &["sessions", "list"],
    &["sessions", "end"],
    &["sessions", "end-all"],
    &["keys", "list"],
    &["keys", "rotate"],
    &["keys", "retire"],
    &["keys", "import"],
    &["keys", "export-public"],
    &["mail", "send-test"],
    &["backup"],
    &["restore"],
    &["doctor"],
];
const DESTRUCTIVE: &[&[&str]] = &[
    &["user", "disable", ADA],
    &["user", "end-sessions", ADA],
    &["sessions", "end", "019a0000-0000-7000-8000-000000000001"],
    &["sessions", "end-all"],
    &["keys", "retire", "kPrK_qmxVWaY"],
    &["restore", "backup.db"],
];

#[test]
fn each_command_has_help_and_json() {
    let house = House::new();
    for command in COMMANDS {
        let help = house.text(&[*command, &["--help"]].concat());
        assert!(help.contains("Usage: server") && help.contains("--json"), "{command:?}: {help}");
        let asks = DESTRUCTIVE.iter().any(|destructive| destructive.starts_with(command));
        assert_eq!(help.contains("--yes"), asks, "{command:?}: {help}");
        assert!(!help.contains("--password "), "no password is a flag: {help}");
    }
    assert!(!house.file("test.db").exists(), "nothing was opened");
}

#[test]
fn the_program_tells_of_its_settings_and_its_commands() {
    let help = House::new().text(&["--help"]);
    for told in [
        "Serves the app",
        "--bind-addr",
        "--metrics-addr",
        "APP_SECRET_FILE",
        "user",
        "sessions",
        "backup",
        "restore",
        "doctor",
    ] {
        assert!(help.contains(told), "{told}: {help}");
    }
}

#[test]
fn what_takes_something_away_wants_a_yes() {
    let house = House::new();
    house.create(ADA);
    for command in DESTRUCTIVE {
        let why = house.refusal(command);
        assert!(why.contains("--yes"), "{command:?}: {why}");
    }
    let ada = house.json(&["user", "show", ADA]);
    assert!(ada["disabled_at"].is_null(), "{ada}");
}

#[test]
fn a_command_wants_the_configuration_that_the_server_wants() {
    let house = House::new();
    let refused = house.program(&["user", "list"]).env("APP_SECRET", "short").output().expect("it runs");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("APP_SECRET"), "{refused:?}");
}
