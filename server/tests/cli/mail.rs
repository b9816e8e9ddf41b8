//! `server mail`.

use crate::house::{ADA, House};
use std::fs;

#[test]
fn a_mail_is_sent_and_what_became_of_it_told() {
    let house = House::new();
    assert_eq!(house.text(&["mail", "send-test", ADA]), "a mail to ada@example.com was accepted (folder)\n");
    let mails: Vec<_> = fs::read_dir(house.file("mail")).expect("a folder").flatten().collect();
    assert_eq!(mails.len(), 1);
    let mail = fs::read_to_string(mails[0].path()).expect("a mail");
    assert!(mail.contains("To: ada@example.com"), "{mail}");
    assert_eq!(house.json(&["mail", "send-test", ADA])["way"].as_str(), Some("folder"));
    assert!(house.refusal(&["mail", "send-test", "ada"]).contains("ada is not an address"));
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let house = House::new();
    let mut program = house.program(&["mail", "send-test", ADA]);
    let said =
        program.env("MAILER", "smtp").env("SMTP_URL", "smtp://user:hunter2@127.0.0.1:1").output().expect("it runs");
    let err = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.status.code(), Some(1), "{err}");
    assert!(err.contains("the mail was not accepted") && !err.contains("hunter2"), "{err}");
}

#[test]
fn in_development_a_running_server_shows_it() {
    let house = House::new();
    let mut program = house.program(&["mail", "send-test", ADA]);
    let said = program.env("MAILER", "mailbox").output().expect("it runs");
    assert!(String::from_utf8_lossy(&said.stdout).contains("/dev/mailbox"), "{said:?}");
}
