//! `server sessions`.

use crate::house::{ADA, BOB, House};
use crate::running::Running;
use std::time::Instant;

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let house = House::new();
    let server = Running::start(&house).await;
    let ada = server.sign_up(ADA).await.expect("an account");
    let bob = server.sign_up(BOB).await.expect("an account");

    let list = house.text(&["sessions", "list"]);
    assert!(list.starts_with("ID ") && list.contains("Firefox on Linux") && list.contains("127.0.0.1"), "{list}");
    let of_bob = house.json(&["sessions", "list", "--user", BOB]);
    assert_eq!((of_bob.as_array().map(Vec::len), of_bob[0]["id"].as_str()), (Some(1), Some(bob.sid.as_str())));
    let next = house.json(&["sessions", "list", "--limit=1", "--after", &ada.sid]);
    assert_eq!(next[0]["email"].as_str(), Some(BOB), "{next}");

    let said = house.text(&["sessions", "end", &ada.sid, "--yes"]);
    assert_eq!(said, format!("the session {} has ended\n", ada.sid));
    assert!(house.refusal(&["sessions", "end", &ada.sid, "--yes"]).contains("there is no live session"));
    server.shuts_out(&ada, Instant::now()).await;
    assert!(server.lets_in(&bob).await);

    assert_eq!(house.text(&["sessions", "end-all", "--yes"]), "1 session ended\n");
    assert_eq!(house.json(&["sessions", "end-all", "--yes"])["sessions_ended"].as_i64(), Some(0));
    server.shuts_out(&bob, Instant::now()).await;
}

#[tokio::test]
async fn a_client_that_is_no_browser_is_listed_as_one() {
    let house = House::new();
    let server = Running::start(&house).await;
    server.sign_up(ADA).await.expect("an account");
    server.sign_in_from_script(ADA).await;
    let list = house.text(&["sessions", "list"]);
    assert!(list.contains("Firefox on Linux") && list.contains("App or script"), "{list}");
    let sessions = house.json(&["sessions", "list"]);
    assert_eq!((&sessions[0]["cookieless"], &sessions[1]["cookieless"]), (&false.into(), &true.into()));
}
