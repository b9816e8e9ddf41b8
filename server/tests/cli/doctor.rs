//! `server doctor`.

use crate::house::{ADA, House, SECRET};
use crate::range_api::range_api;

#[test]
fn what_is_well_is_said_to_be() {
    let house = House::new();
    house.create(ADA);
    let said = house.text(&["doctor"]);
    let looked_at: Vec<_> = said.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>()).collect();
    let expected = ["configuration", "database", "migrations", "mail", "clock", "files", "memory", "site"]
        .map(|what| vec!["ok", what]);
    assert_eq!(looked_at, expected, "{said}");
    let json = house.json(&["doctor"]);
    assert!(json.as_array().is_some_and(|all| all.len() == 8 && all.iter().all(|one| one["ok"] == true)), "{json}");
}

#[test]
fn where_metrics_are_is_said() {
    let house = House::new();
    house.create(ADA);
    let said = house.text(&["--metrics-addr=127.0.0.1:9464", "doctor"]);
    assert!(said.contains("good, for development on this machine; metrics on http://127.0.0.1:9464/metrics"), "{said}");
    let mut program = house.program(&["--metrics-addr=0.0.0.0:3000", "doctor"]);
    let said = program.output().expect("it runs");
    let out = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{out}");
    for told in ["METRICS_ADDR: 0.0.0.0:3000 is also BIND_ADDR", "METRICS_ADDR: development mode listens on loopback"] {
        assert!(out.contains(told), "{told}: {out}");
    }
}

#[test]
fn what_is_wrong_is_said_line_by_line_and_nothing_is_made() {
    let house = House::new();
    let mut program = house.program(&["doctor"]);
    program.env_remove("DEV_MODE").env("MAILER", "smtp").env("RUST_LOG", "auth=loud");
    let said = program.output().expect("it runs");
    let out = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{out}");
    for told in [
        "WRONG  configuration  RUST_LOG: `auth=loud`: ",
        "PUBLIC_URL: must be https",
        "SMTP_URL: must be set",
        "WRONG  database",
        "ok     clock",
    ] {
        assert!(out.contains(told), "{told}: {out}");
    }
    assert!(!house.file("test.db").exists());
}

#[test]
fn a_proxy_that_must_be_there_and_is_not_trusted_is_found() {
    let house = House::new();
    house.create(ADA);
    let said = |bind_addr: &str, trusted: &str, expires: &str| {
        let mut program = house.program(&["doctor"]);
        program.env_remove("DEV_MODE").env("PUBLIC_URL", "https://latchkey.example").env("BIND_ADDR", bind_addr);
        program.env("APP_SECRET", SECRET).env("TRUSTED_PROXIES", trusted);
        program.env("MAILER", "folder").env("MAIL_FROM", "no-reply@latchkey.example");
        program.env("SECURITY_CONTACT", "mailto:security@latchkey.example").env("SECURITY_EXPIRES", expires);
        String::from_utf8_lossy(&program.output().expect("it runs").stdout).into_owned()
    };
    let wrong = said("127.0.0.1:3000", "none", "2020-01-01T00:00:00Z");
    assert!(wrong.contains("WRONG  proxies        TRUSTED_PROXIES is none, but on 127.0.0.1:3000 only"), "{wrong}");
    assert!(wrong.contains("WRONG  security.txt   SECURITY_EXPIRES has passed"), "{wrong}");
    for (bind_addr, trusted) in [("127.0.0.1:3000", "127.0.0.1"), ("0.0.0.0:3000", "none")] {
        let right = said(bind_addr, trusted, "2100-01-01T00:00:00Z");
        assert!(right.contains("ok     proxies") && right.contains("ok     security.txt"), "{right}");
    }
}

#[test]
fn mail_that_cannot_go_out_is_found() {
    let house = House::new();
    house.create(ADA);
    let mut program = house.program(&["doctor", "--json"]);
    let said = program.env("MAILER", "smtp").env("SMTP_URL", "smtp://127.0.0.1:1").output().expect("it runs");
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    let findings: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let wrong: Vec<_> = findings.as_array().expect("a list").iter().filter(|one| one["ok"] == false).collect();
    assert_eq!((wrong.len(), wrong[0]["what"].as_str()), (1, Some("mail")), "{findings}");
}

#[test]
fn a_list_of_breached_passwords_that_cannot_be_had_is_found() {
    let house = House::new();
    house.create(ADA);
    let (setting, api) = range_api();
    let said = house.text(&["--pwned-passwords", &setting, "doctor"]);
    assert!(said.contains("ok     passwords"), "{said}");
    assert!(api.join().expect("it was asked").starts_with("GET /range/"));
    let said = house.run(&["--pwned-passwords", "--pwned-passwords-url=http://127.0.0.1:1", "doctor"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("WRONG  passwords") && said.out.contains("Connection refused"), "{said:?}");
}
