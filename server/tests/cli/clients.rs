//! The example clients in `examples/clients/`, each where its language is installed.

use crate::house::{House, PASSWORD};
use crate::running::Running;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The file of each client, the program that a test needs for it, and the arguments before the file.
const CLIENTS: [(&str, &str, &[&str]); 4] = [
    ("client.sh", "curl", &["sh"]),
    ("client.mjs", "node", &["node"]),
    ("client.py", "python3", &["python3"]),
    ("client.go", "go", &["go", "run"]),
];

#[tokio::test]
async fn the_example_clients_live_through_a_session() {
    let house = House::new();
    let short =
        |arguments: &[&str]| house.program(&[arguments, &["--access-token-ttl=5s", "--refresh-grace=4s"]].concat());
    let running = Running::of(short).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/clients");
    let mut ran = Vec::new();
    for (file, needed, command) in CLIENTS {
        if !is_installed(needed) {
            eprintln!("skipped: {needed} is not installed, so {file} was not run");
            continue;
        }
        let email = format!("{needed}@example.com");
        let (program, before) = command.split_first().expect("a program");
        let mut client = Command::new(program);
        client.args(before).arg(folder.join(file)).args([running.origin(), &email, PASSWORD]);
        ran.push((file, tokio::task::spawn_blocking(move || client.output())));
    }
    for (file, output) in ran {
        let output = output.await.expect("it was waited for").expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{file}: {said}{complaints}");
        assert_eq!(said.lines().count(), 7, "{file}: {said}");
        assert_eq!(said.lines().last(), Some("signed in again and signed out"), "{file}");
    }
}

fn is_installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let is_file = |folder: &OsStr| Path::new(folder).join(program).is_file();
    std::env::split_paths(&folders).any(|folder| is_file(folder.as_os_str()))
}
