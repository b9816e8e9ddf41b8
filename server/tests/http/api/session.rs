//! How a session of the API begins, goes on and ends.

use super::ApiClient;
use crate::app::{ADA, PASSWORD, TestApp, WRONG_PASSWORD};
use auth::{DAY, Throttle};
use http::Method;
use serde_json::json;

#[tokio::test]
async fn a_program_signs_in_and_is_known() {
    let app = TestApp::start().await;
    let person = app.sign_up(ADA).await;
    let answer = app.api_post("/login", &json!({"email": ADA, "password": PASSWORD})).send().await;
    let client = ApiClient::of(&answer);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    assert!(answer.cookies().is_empty());
    assert_eq!(answer.json()["expires_in"], 600);
    let me = app.api_me(&client.bearer).await;
    assert_eq!(me.status, 200, "{me:?}");
    assert_eq!((me.json()["id"].as_str(), me.json()["email"].as_str()), (Some(&*person.id), Some(ADA)));
    assert_eq!(me.json()["verified"], false);
    assert_eq!(app.session(&person.sid).await, (0, None), "the browser is signed in still");
    assert_eq!(app.count("SELECT COUNT(*) FROM known_devices").await, 1, "a program is no known device");
    assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0);
}

#[tokio::test]
async fn wrong_credentials_are_refused_with_a_challenge() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for (email, password) in [(ADA, WRONG_PASSWORD), ("nobody@example.com", PASSWORD), ("", "")] {
        let answer = app.api_post("/login", &json!({"email": email, "password": password})).send().await;
        answer.is_problem(401, "invalid_credentials");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api""#));
    }
}

#[tokio::test]
async fn guesses_have_to_wait() {
    let throttle = Throttle { free_per_account: 3, free_per_address: 10_000 };
    let app = TestApp::start_with(|config| config.auth.throttle = throttle).await;
    app.sign_up(ADA).await;
    let guess = || app.api_post("/login", &json!({"email": ADA, "password": WRONG_PASSWORD})).send();
    for _ in 0..4 {
        guess().await.is_problem(401, "invalid_credentials");
    }
    let last = guess().await;
    let problem = last.is_problem(429, "rate_limited");
    assert_eq!(last.header("retry-after").map(str::to_owned), problem["retry_after"].as_u64().map(|it| it.to_string()));
}

#[tokio::test]
async fn a_renewal_rotates_and_a_lost_answer_is_repeated() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    let first = ApiClient::of(&app.api_renew(&client.refresh).await);
    assert_ne!(first.refresh, client.refresh);
    assert_eq!(first.sid, client.sid);
    let again = ApiClient::of(&app.api_renew(&client.refresh).await);
    assert_eq!(again.refresh, first.refresh, "the answer was lost");
    assert_eq!(app.session(&client.sid).await, (1, None));
    assert_eq!(app.api_me(&again.bearer).await.status, 200);
}

#[tokio::test]
async fn a_replayed_token_ends_the_session() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let stolen = app.api_login(ADA).await;
    let next = ApiClient::of(&app.api_renew(&stolen.refresh).await);
    assert_eq!(app.api_me(&next.bearer).await.status, 200);
    app.clock.advance(auth::testing::config().refresh_grace + 1);
    app.api_renew(&stolen.refresh).await.is_problem(401, "unauthenticated");
    assert_eq!(app.session(&stolen.sid).await.1.as_deref(), Some("replayed"));
    app.api_me(&next.bearer).await.is_problem(401, "unauthenticated");
    app.api_renew(&next.refresh).await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn no_token_of_ours_is_refused_without_a_write() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    for token in ["", "x", "🦊", &client.bearer, &client.refresh[1..], &"A".repeat(5_000)] {
        app.api_renew(token).await.is_problem(401, "unauthenticated");
    }
    assert_eq!(app.session(&client.sid).await, (0, None));
}

#[tokio::test]
async fn it_lives_as_long_as_was_asked_for() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let login = |remember: bool| json!({"email": ADA, "password": PASSWORD, "remember": remember});
    let short = ApiClient::of(&app.api_post("/login", &login(false)).send().await);
    let long = ApiClient::of(&app.api_post("/login", &login(true)).send().await);
    app.clock.advance(DAY);
    app.api_me(&long.bearer).await.is_problem(401, "unauthenticated");
    app.api_renew(&short.refresh).await.is_problem(401, "unauthenticated");
    let renewed = ApiClient::of(&app.api_renew(&long.refresh).await);
    assert_eq!(app.api_me(&renewed.bearer).await.status, 200);
}

#[tokio::test]
async fn signing_out_ends_it_at_once() {
    let app = TestApp::start().await;
    let person = app.sign_up(ADA).await;
    let (client, other) = (app.api_login(ADA).await, app.api_login(ADA).await);
    let out = app.api(Method::POST, "/logout").bearer(&client.bearer).of(&person).send().await;
    assert_eq!((out.status, out.text(), out.cookies().len()), (204, "", 0));
    assert_eq!(app.session(&client.sid).await.1.as_deref(), Some("signed_out"));
    app.api_me(&client.bearer).await.is_problem(401, "unauthenticated");
    app.api_renew(&client.refresh).await.is_problem(401, "unauthenticated");
    assert_eq!(app.api_me(&other.bearer).await.status, 200);
    assert_eq!(app.session(&person.sid).await, (0, None), "the cookie says nothing here");
}
