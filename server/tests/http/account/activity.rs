//! `/api/account/activity`.

use crate::app::{ADA, BOB, PASSWORD, Person, TestApp};
use serde_json::Value;

async fn activity(app: &TestApp, person: &Person, before: Option<&str>) -> (Vec<Value>, bool) {
    let fields: Vec<_> = before.map(|id| ("before", id)).into_iter().collect();
    let answer = app.fetch("/api/account/activity").bearer(&person.bearer).fields(&fields).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    (json["events"].as_array().expect("a list").clone(), json["has_older"] == true)
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["kind"].as_str().expect("a kind")).collect()
}

#[tokio::test]
async fn a_person_reads_what_happened_the_newest_first() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.sign_up(BOB).await;
    app.clock.advance(auth::MINUTE);
    let again = app.sign_in(ADA).await;
    let (events, has_older) = activity(&app, &again, None).await;
    assert_eq!((kinds(&events), has_older), (vec!["signed_in", "signed_up"], false), "nothing of Bob's");
    let signed_in = &events[0];
    assert_eq!(signed_in["at"], app.clock.now());
    assert_eq!((&signed_in["device"], &signed_in["address"]), (&"Firefox on Linux".into(), &"127.0.0.1".into()));
    assert_eq!((&signed_in["is_this_session"], &signed_in["is_refused"]), (&true.into(), &false.into()));
    assert_eq!(events[1]["is_this_session"], false);
    let page = app.open_page_as(&ada, "/account/activity").await;
    for words in ["Signed in", "Account created", "Firefox on Linux", "This session"] {
        assert!(page.html().contains(words), "{words}: {}", page.html());
    }
}

#[tokio::test]
async fn it_is_given_in_pages() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for _ in 0..24 {
        app.sign_in(ADA).await;
    }
    let (first, has_older) = activity(&app, &ada, None).await;
    assert_eq!((first.len(), has_older), (20, true));
    let last = first[19]["id"].as_str().expect("an id");
    let (second, has_older) = activity(&app, &ada, Some(last)).await;
    assert_eq!((second.len(), has_older), (5, false));
    assert_eq!(kinds(&second).last(), Some(&"signed_up"));
    let page = app.open_page_as(&ada, "/account/activity").await;
    let older = format!("/account/activity?before={last}");
    assert!(page.html().contains(&older) && !page.html().contains("Account created"), "{}", page.html());
    let page = app.open_page_as(&ada, &older).await;
    assert!(page.html().contains("Account created") && page.html().contains("Newest"), "{}", page.html());
    assert!(!page.html().contains(r#"href="/account/activity?before="#), "there is nothing older");
}

#[tokio::test]
async fn a_page_of_nothing_is_empty() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let (of_bob, _) = activity(&app, &bob, None).await;
    for before in ["", "0", of_bob[0]["id"].as_str().expect("an id"), "zzz"] {
        let (events, _) = activity(&app, &ada, Some(before)).await;
        assert!(kinds(&events).iter().all(|kind| *kind == "signed_up") && events.len() <= 1, "{events:?}");
    }
    let page = app.open_page_as(&ada, "/account/activity?before=0").await;
    assert!(page.html().contains("Nothing more."), "{}", page.html());
}

#[tokio::test]
async fn what_was_refused_says_so() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.post_login(ADA, "not the password").await.is_refused(401, "invalid_credentials");
    app.post_login(ADA, PASSWORD).await;
    // A refusal is written a moment later, with others.
    crate::app::until("the refusal is there", async || {
        let (events, _) = activity(&app, &ada, None).await;
        events.iter().any(|event| event["kind"] == "sign_in_failed" && event["is_refused"] == true)
    })
    .await;
}
