//! Files that the program creates are readable by their owner only, with any umask.

use crate::house::{ADA, House, PASSWORD};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Files and folders below `folder` that others than their owner may use.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let mut open = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if fs::metadata(&path).expect("it is there").permissions().mode() & 0o077 != 0 {
            open.push(path.clone());
        }
        if path.is_dir() {
            open.extend(open_to_others(&path));
        }
    }
    open
}

fn succeed(mut program: Command, database: &str, input: &str) {
    program.env("DATABASE_URL", database).env_remove("APP_SECRET");
    let mut running = program.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
    running.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    assert!(running.wait().expect("it ends").success());
}

#[test]
fn what_is_made_is_for_its_owner_alone_whatever_the_umask() {
    let house = House::new();
    let database = format!("sqlite://{}", house.file("made/for/it.db").display());
    let backup = house.file("backup.db").display().to_string();
    let password = format!("{PASSWORD}\n");
    for command in [
        &["user", "create", ADA, "--password-stdin"][..],
        &["mail", "send-test", ADA],
        &["backup", &backup],
        &["restore", &backup, "--yes"],
        &["user", "list"],
    ] {
        succeed(house.program_after("umask 0", command), &database, &password);
    }
    for made in
        ["made/for/it.db", "made/for/it.db.in-use", "made/for/app-secret", "made/for/it.db.before-restore", "mail"]
    {
        assert!(house.file(made).exists(), "{made}");
    }
    assert_eq!(open_to_others(&house.file("")), Vec::<PathBuf>::new());
}

#[test]
fn the_doctor_names_what_other_users_can_read_and_changes_nothing() {
    let house = House::new();
    house.create(ADA);
    let database = house.file("test.db");
    fs::set_permissions(&database, fs::Permissions::from_mode(0o644)).expect("our own");
    let said = house.run(&["doctor"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.out.contains(&format!("WRONG  files          other users can use {} (644)", database.display())),
        "{said:?}"
    );
    assert_eq!(open_to_others(&house.file("")), [database]);
    // Each command that opens it for work restricts it and says so.
    let said = house.run(&["user", "list"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("now its owner alone can"), "{said:?}");
    assert_eq!(open_to_others(&house.file("")), Vec::<PathBuf>::new());
    assert!(house.text(&["doctor"]).contains("ok     files"));
}
