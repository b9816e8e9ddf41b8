//! An internal error tells its request id and nothing else.

use crate::app::{ADA, NAMES_SET, Person, TestApp};

/// Signs up a person, and makes the row of the session unreadable.
async fn broken(app: &TestApp) -> Person {
    let ada = app.sign_up(ADA).await;
    app.execute("UPDATE sessions SET salt = 'not a salt' WHERE id = $1", &ada.sid).await;
    ada
}

#[tokio::test]
async fn a_fetch_gets_the_request_id() {
    let app = TestApp::start().await;
    let ada = broken(&app).await;
    let answer = app.renew(&ada.refresh).await;
    answer.is_refused(500, "internal");
    let json = answer.json();
    assert_eq!(json["request_id"].as_str(), answer.header("x-request-id"));
    assert_eq!(json["message"], "Something went wrong on the server.");
    assert_eq!(json.as_object().map(serde_json::Map::len), Some(3), "{json}");
    assert!(answer.cookies().is_empty());
}

#[tokio::test]
async fn a_person_gets_a_page_with_it() {
    let app = TestApp::start().await;
    let ada = broken(&app).await;
    let page = app.open_page_as(&ada, "/account").await;
    assert_eq!(page.status, 500);
    assert!(page.html().contains(page.header("x-request-id").expect("an id")));
    for detail in ["salt", "session", "SELECT", "panicked", ADA] {
        assert!(!page.html().contains(detail), "{detail}: {}", page.html());
    }
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_form_gets_its_page_back() {
    let app = TestApp::start().await;
    let ada = broken(&app).await;
    let answer = app.form("/api/account/name").of(&ada).from("/login").fields(&[("display_name", "x")]).send().await;
    let location = answer.leads_on();
    assert!(location.starts_with("/login?__path="), "{location}");
    assert_eq!(app.count(NAMES_SET).await, 0);
}
