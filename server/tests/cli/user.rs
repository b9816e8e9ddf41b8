//! `server user`.

use crate::house::{ADA, BOB, House, PASSWORD};
use crate::range_api::range_api;
use crate::running::Running;
use std::time::Instant;

#[test]
fn accounts_are_made_listed_and_shown() {
    let house = House::new();
    assert_eq!(house.json(&["user", "list"]), serde_json::json!([]));
    let ada = house.create(ADA);
    let made = house.text(&["user", "create", BOB]);
    assert!(made.starts_with("bob@example.com has an account: "), "{made}");

    let list = house.text(&["user", "list"]);
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].starts_with("ID ") && lines[0].ends_with("SESSIONS"), "{list}");
    assert!(lines[1].starts_with(&ada) && lines[1].contains(ADA), "{list}");
    assert!(lines[2].contains(BOB), "{list}");
    let page = house.json(&["user", "list", "--limit=1", "--after", &ada]);
    assert_eq!((page.as_array().map(Vec::len), page[0]["email"].as_str()), (Some(1), Some(BOB)), "{page}");

    let shown = house.text(&["user", "show", ADA]);
    assert!(shown.contains("Invited   no\n"), "{shown}");
    assert!(shown.contains("Address   ada@example.com\n") && shown.contains("Disabled  no\n"), "{shown}");
    let shown = house.json(&["user", "show", &ada]);
    assert_eq!((shown["email"].as_str(), shown["sessions"].as_i64()), (Some(ADA), Some(0)), "{shown}");
    assert!(house.refusal(&["user", "show", "nobody@example.com"]).contains("there is no account nobody@example.com"));
    let words: Vec<_> = house.json(&["user", "list"]).to_string().matches("password").map(str::to_owned).collect();
    assert!(words.is_empty(), "no hash is told");
}

#[test]
fn an_owner_is_invited_and_the_invitation_sent_again_and_taken_back() {
    let house = House::new();
    let made = house.text(&["user", "create", ADA]);
    assert!(made.ends_with("an invitation goes there\n"), "{made}");
    let shown = house.json(&["user", "show", ADA]);
    assert!(shown["invited_at"].is_i64(), "{shown}");
    assert!(house.text(&["user", "show", ADA]).contains("Invited   2"));
    assert_eq!(house.text(&["user", "send-invitation", ADA]), "an invitation goes to ada@example.com\n");
    let sent = house.json(&["user", "send-invitation", ADA]);
    assert_eq!(sent["email"].as_str(), Some(ADA), "{sent}");

    let unasked = house.run(&["user", "revoke-invitation", ADA]);
    assert_eq!((unasked.code, unasked.out.as_str()), (Some(1), ""), "{unasked:?}");
    let revoked = house.json(&["user", "revoke-invitation", ADA, "--yes"]);
    assert_eq!((revoked["id"].as_str(), revoked["revoked"].as_bool()), (shown["id"].as_str(), Some(true)));
    let again = house.text(&["user", "revoke-invitation", ADA, "--yes"]);
    assert_eq!(again, "the invitation of ada@example.com had already ended\n");

    house.create(BOB);
    let refused = house.refusal(&["user", "send-invitation", BOB]);
    assert!(refused.contains("waits for no invitation") && refused.contains("send-reset"), "{refused}");
    house.text(&["user", "disable", ADA, "--yes"]);
    assert!(house.refusal(&["user", "send-invitation", ADA]).contains("is disabled: enable it first"));
    assert!(house.refusal(&["user", "send-invitation", "nobody@example.com"]).contains("there is no account"));
}

#[test]
fn an_international_address_is_found_in_both_spellings() {
    let house = House::new();
    let id = house.create("ada@bücher.example");
    for spelling in ["ada@bücher.example", "ada@xn--bcher-kva.example", &id] {
        let shown = house.json(&["user", "show", spelling]);
        assert_eq!(shown["email"].as_str(), Some("ada@xn--bcher-kva.example"), "{spelling}");
        assert!(house.text(&["user", "show", spelling]).contains("ada@bücher.example"), "people read it so");
    }
}

#[test]
fn what_cannot_be_an_account_is_refused_in_words() {
    let house = House::new();
    house.create(ADA);
    assert!(house.refusal(&["user", "create", ADA]).contains("somebody has that address already"));
    assert!(house.refusal(&["user", "create", "ada"]).contains("not an address"));
    let short = house.run_with(&["user", "create", BOB, "--password-stdin"], "short\n");
    assert_eq!((short.code, short.out.as_str()), (Some(1), ""));
    assert!(short.err.contains("less than 12 characters") && !short.err.contains("short\n"), "{short:?}");
    let flag = house.run(&["user", "create", BOB, "--password", PASSWORD]);
    assert_eq!(flag.code, Some(2), "{flag:?}");
}

#[test]
fn a_breached_password_is_refused_where_that_is_wanted() {
    let house = House::new();
    let (setting, api) = range_api();
    let create = ["user", "create", BOB, "--password-stdin"];
    let password = "violet anchor spoon 8\n";
    let refused = house.run_with(&[&["--pwned-passwords", &setting], &create[..]].concat(), password);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""), "{refused:?}");
    assert!(refused.err.contains("has appeared in a data breach"), "{refused:?}");
    assert_eq!(api.join().expect("it was asked"), "GET /range/20955 HTTP/1.1");
    let made = house.run_with(&create, password);
    assert_eq!(made.code, Some(0), "off unless it is set: {made:?}");
}

#[tokio::test]
async fn a_disabled_account_is_out_of_a_running_server_within_a_second() {
    let house = House::new();
    let server = Running::start(&house).await;
    let ada = server.sign_up(ADA).await.expect("an account");
    let bob = server.sign_up(BOB).await.expect("an account");
    assert!(server.lets_in(&ada).await);

    let said = house.text(&["user", "disable", ADA, "--yes"]);
    assert_eq!(said, "ada@example.com is disabled; 1 session ended\n");
    server.shuts_out(&ada, Instant::now()).await;
    assert!(server.renew(&ada).await.is_none());
    assert!(server.sign_in(ADA).await.is_none());
    assert!(server.lets_in(&bob).await);
    assert!(house.refusal(&["user", "send-reset", ADA]).contains("is disabled: enable it first"));

    assert_eq!(house.text(&["user", "enable", ADA]), "ada@example.com is enabled\n");
    let back = server.sign_in(ADA).await.expect("she can sign in again");
    let ended = house.json(&["user", "end-sessions", ADA, "--yes"]);
    assert_eq!(ended["sessions_ended"].as_i64(), Some(1), "{ended}");
    server.shuts_out(&back, Instant::now()).await;
    let sent = house.text(&["user", "send-reset", ADA]);
    assert_eq!(sent, "a link to a new password goes to ada@example.com\n");
}
