//! The list of an account's sessions, and their end.

use super::ApiClient;
use crate::app::{ADA, BOB, PASSWORD, TestApp, until};
use http::Method;
use serde_json::json;

#[tokio::test]
async fn a_program_lists_and_ends_sessions() {
    let app = TestApp::start().await;
    let person = app.sign_up(ADA).await;
    let (client, other) = (app.api_login(ADA).await, app.api_login(ADA).await);
    let list = app.api(Method::GET, "/sessions").bearer(&client.bearer).send().await.json();
    let items = list["items"].as_array().expect("a list");
    assert_eq!(items.len(), 3);
    assert_eq!((items[0]["id"].as_str(), items[0]["is_this"].as_bool()), (Some(&*client.sid), Some(true)));
    let kind = |sid: &str| items.iter().find(|item| item["id"] == sid).map(|item| item["kind"].clone());
    assert_eq!(kind(&person.sid), Some("browser".into()));
    assert_eq!(kind(&other.sid), Some("api".into()));

    let end = |sid: &str| app.api(Method::DELETE, &format!("/sessions/{sid}")).bearer(&client.bearer);
    for sid in [&other.sid, &person.sid, &client.sid] {
        let ended = end(sid).send().await;
        assert_eq!((ended.status, ended.text()), (204, ""), "{ended:?}");
    }
    assert_eq!(app.session(&person.sid).await.1.as_deref(), Some("revoked"));
    assert_eq!(app.session(&client.sid).await.1.as_deref(), Some("signed_out"));
    app.api_me(&other.bearer).await.is_problem(401, "unauthenticated");
    end(&other.sid).send().await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn nobody_ends_a_session_of_somebody_else() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let bob = app.sign_up(BOB).await;
    let client = app.api_login(ADA).await;
    for sid in [&*bob.sid, "nothing", "%00", "018f2f6e-0000-7000-8000-000000000000"] {
        let answer = app.api(Method::DELETE, &format!("/sessions/{sid}")).bearer(&client.bearer).send().await;
        answer.is_problem(404, "not_found");
    }
    assert_eq!(app.session(&bob.sid).await, (0, None));
    let recorded = "SELECT COUNT(*) FROM events WHERE kind = 'access_refused' AND detail = 'session'";
    until("it is recorded", async || app.count(recorded).await == 1).await;
}

#[tokio::test]
async fn ending_another_session_needs_a_recent_authentication() {
    let app = TestApp::start().await;
    let person = app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    app.clock.advance(auth::testing::RECENT + 1);
    let client = ApiClient::of(&app.api_renew(&client.refresh).await);
    let end = |bearer: &str, sid: &str| app.api(Method::DELETE, &format!("/sessions/{sid}")).bearer(bearer).send();
    let refused = end(&client.bearer, &person.sid).await;
    refused.is_problem(401, "reauthentication_required");
    let challenge = refused.header("www-authenticate").expect("a challenge");
    assert!(challenge.starts_with(r#"Bearer realm="api", error="insufficient_user_authentication""#), "{challenge}");
    assert!(challenge.ends_with(r#"max_age="600""#), "{challenge}");
    assert_eq!(app.session(&person.sid).await, (0, None));

    let again = app.api_post("/login", &json!({"email": ADA, "password": PASSWORD})).send().await;
    assert_eq!(end(&ApiClient::of(&again).bearer, &person.sid).await.status, 204);
    assert_eq!(end(&client.bearer, &client.sid).await.status, 204, "its own it may always end");
}
