//! `server role`, and the roles of `server user`.

use crate::house::{ADA, BOB, House};

#[test]
fn roles_are_made_changed_listed_and_deleted() {
    let house = House::new();
    assert_eq!(house.text(&["role", "create", "support", "read_users"]), "there is a role support\n");
    let said = house.text(&["role", "set-permissions", "support", "read_events", "read_users"]);
    assert_eq!(said, "the role support permits read_users, read_events\n");
    let list = house.text(&["role", "list"]);
    let lines: Vec<Vec<&str>> = list.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["ROLE", "HOLDERS", "PERMITS"]);
    assert_eq!(lines[1][..3], ["admin", "0", "read_users,"], "{list}");
    assert_eq!(lines[2], ["support", "0", "read_users,", "read_events"]);
    assert_eq!(lines[3], ["user", "0", "nothing"]);
    let roles = house.json(&["role", "list"]);
    assert_eq!(roles[1]["permissions"], serde_json::json!(["read_users", "read_events"]));
    assert_eq!(house.text(&["role", "delete", "support", "--yes"]), "the role support is deleted\n");

    assert!(house.refusal(&["role", "delete", "support", "--yes"]).contains("there is no role support"));
    assert!(house.refusal(&["role", "create", "Support"]).contains("Support is no name of a role"));
    assert!(house.refusal(&["role", "create", "admin"]).contains("there is a role admin already"));
    assert!(house.refusal(&["role", "delete", "user", "--yes"]).contains("cannot be changed in this way"));
    let unknown = house.run(&["role", "create", "support", "fly"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("not one of read_users, manage_users"), "{unknown:?}");
}

#[test]
fn an_administrator_is_made_and_the_last_one_stays() {
    let house = House::new();
    house.create(ADA);
    house.create(BOB);
    assert_eq!(house.text(&["user", "grant", ADA, "admin"]), "ada@example.com holds the role admin\n");
    assert_eq!(house.text(&["user", "grant", ADA, "admin"]), "ada@example.com already holds the role admin\n");
    let last = "this is the last administrator: make another one first";
    assert!(house.refusal(&["user", "revoke", ADA, "admin"]).contains(last));
    assert!(house.refusal(&["user", "disable", ADA, "--yes"]).contains(last));
    let granted = house.json(&["user", "grant", BOB, "admin"]);
    assert_eq!((&granted["roles"], &granted["changed"]), (&serde_json::json!(["admin"]), &serde_json::json!(true)));
    assert_eq!(house.text(&["user", "revoke", ADA, "admin"]), "ada@example.com no longer holds the role admin\n");
    assert_eq!(house.text(&["user", "revoke", ADA, "admin"]), "ada@example.com does not hold the role admin\n");
    assert!(house.refusal(&["user", "grant", ADA, "pilot"]).contains("there is no role pilot"));
}
