//! Problems that keep the server from starting, before it has created anything.

use crate::house::{ADA, House};
use crate::site::lay_out;
use std::fs;

#[test]
fn a_server_without_its_site_is_refused_before_anything_is_made() {
    let house = House::new();
    let mut program = house.program(&[]);
    program.env("LEPTOS_SITE_ROOT", house.file("nowhere"));
    let why = House::start_refusal(program);
    assert!(
        why.contains(&format!("LEPTOS_SITE_ROOT: there is no folder {}", house.file("nowhere").display())),
        "{why}"
    );

    let site = house.file("site");
    lay_out(&site).expect("a site");
    for file in ["latchkey.css", "latchkey.wasm", "latchkey.js"] {
        fs::rename(site.join("pkg").join(file), site.join("kept")).expect("it is there");
        let mut program = house.program(&[]);
        program.env("LEPTOS_SITE_ROOT", &site);
        let why = House::start_refusal(program);
        assert!(why.contains(&format!("{} lacks pkg/{file}.", site.display())), "{file}: {why}");
        fs::rename(site.join("kept"), site.join("pkg").join(file)).expect("it was there");
    }
    assert!(!house.file("test.db").exists());
}

#[test]
fn the_doctor_finds_a_missing_site_and_other_commands_need_none() {
    let house = House::new();
    house.create(ADA);
    let mut program = house.program(&["doctor"]);
    let said = program.env("LEPTOS_SITE_ROOT", house.file("nowhere")).output().expect("it runs");
    let out = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{out}");
    assert!(out.contains("WRONG  site           LEPTOS_SITE_ROOT: there is no folder"), "{out}");
    let mut program = house.program(&["user", "list"]);
    let said = program.env("LEPTOS_SITE_ROOT", house.file("nowhere")).output().expect("it runs");
    assert_eq!(said.status.code(), Some(0), "{said:?}");
}

#[test]
fn a_database_on_another_host_wants_an_encrypted_and_verified_connection() {
    let house = House::new();
    for command in [&[][..], &["user", "list"]] {
        let mut program = house.program(command);
        program.env("DATABASE_URL", "postgres://ada:hunter2@db.example/latchkey");
        let why = House::start_refusal(program);
        assert!(why.contains("DATABASE_URL: the connection may be unencrypted") && !why.contains("hunter2"), "{why}");
    }
}
