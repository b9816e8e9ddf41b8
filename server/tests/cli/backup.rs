//! `server backup` and `server restore`.

use crate::house::{ADA, BOB, House};
use crate::running::Running;

#[tokio::test]
async fn a_backup_of_a_running_server_brings_back_the_rows_and_no_session() {
    let house = House::new();
    let file = house.file("backup.db");
    let backup = file.to_str().expect("a path");
    let server = Running::start(&house).await;
    let ada = server.sign_up(ADA).await.expect("an account");
    let named = server.post("/api/account/name", &[("display_name", "Ada L.")], Some(&ada)).await.expect("an answer");
    assert_eq!(named.status(), 200);
    let made = house.text(&["backup", backup]);
    assert!(made.starts_with(backup) && made.contains("was written and checked"), "{made}");
    assert!(house.refusal(&["backup", backup]).contains("nothing is overwritten"));
    let bob = server.sign_up(BOB).await.expect("an account");

    let refused = house.refusal(&["restore", backup, "--yes"]);
    assert!(refused.contains("a server is running on this database"), "{refused}");
    assert!(server.lets_in(&bob).await, "nothing happened");
    server.kill();

    let restored = house.json(&["restore", backup, "--yes"]);
    assert_eq!(restored["sessions_ended"].as_i64(), Some(1), "{restored}");
    assert!(restored["before"].as_str().is_some_and(|before| before.ends_with("test.db.before-restore")), "{restored}");
    let server = Running::start(&house).await;
    assert!(!server.lets_in(&ada).await, "an access token outlives no session");
    assert!(server.renew(&ada).await.is_none());
    assert!(server.sign_in(BOB).await.is_none(), "Bob came later");
    let back = server.sign_in(ADA).await.expect("she has her account");
    let me = server.post("/api/auth/me", &[], Some(&back)).await.expect("an answer").text().await;
    assert!(me.expect("a text").contains("Ada L."));
}

#[test]
fn what_is_no_backup_is_refused() {
    let house = House::new();
    house.create(ADA);
    let file = house.file("text.db");
    std::fs::write(&file, "this is no database, but quite some text all the same").expect("a file");
    let refused = house.refusal(&["restore", file.to_str().expect("a path"), "--yes"]);
    assert!(refused.contains("is damaged, or no database"), "{refused}");
    assert!(house.refusal(&["restore", "nowhere.db", "--yes"]).contains("there is no nowhere.db"));
    house.text(&["user", "show", ADA]);
}

#[test]
fn postgresql_has_tools_of_its_own() {
    let house = House::new();
    let url = "--database-url=postgres://ada:hunter2@localhost/latchkey";
    for command in [&["backup", "x.db"][..], &["restore", "x.db", "--yes"]] {
        let refused = house.refusal(&[&[url], command].concat());
        assert!(refused.contains("pg_dump") && refused.contains("pg_restore"), "{refused}");
        assert!(!refused.contains("hunter2"), "{refused}");
    }
}

#[test]
fn a_backup_needs_no_secret() {
    let house = House::new();
    house.create(ADA);
    let mut program = house.program(&["backup", "--json", house.file("backup.db").to_str().expect("a path")]);
    let said = program.env_remove("APP_SECRET").env_remove("DEV_MODE").output().expect("it runs");
    assert!(said.status.success(), "{said:?}");
}
