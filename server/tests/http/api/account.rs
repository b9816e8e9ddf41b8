//! Signing up, and the account.

use super::ApiClient;
use crate::app::{ADA, PASSWORD, TestApp};
use http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_program_makes_an_account() {
    let app = TestApp::start().await;
    let answer = app.api_post("/signup", &json!({"email": ADA, "password": PASSWORD})).send().await;
    assert_eq!((answer.status, answer.cookies().len()), (201, 0), "{answer:?}");
    let client = ApiClient::of(&answer);
    assert_eq!(answer.json()["user"]["email"], ADA);
    assert_eq!(app.api_me(&client.bearer).await.json(), answer.json()["user"]);
    assert_eq!(app.api_renew(&client.refresh).await.status, 200);
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE kind = 'api'").await, 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_up_is_named_by_field() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let answer = app.api_post("/signup", &json!({"email": ADA, "password": "short"})).send().await;
    let problem = answer.is_problem(422, "invalid");
    assert_eq!(problem["fields"]["email"]["error"], "taken");
    assert_eq!(
        (&problem["fields"]["password"]["error"], &problem["fields"]["password"]["limit"]),
        (&json!("too_short"), &json!(12))
    );
}

#[tokio::test]
async fn where_addresses_are_verified_first_nothing_is_revealed() {
    let app = TestApp::start_with(|config| config.auth.require_verified_email = true).await;
    let sign_up = || app.api_post("/signup", &json!({"email": ADA, "password": PASSWORD})).send();
    let (first, second) = (sign_up().await, sign_up().await);
    assert_eq!((first.status, first.text()), (202, ""));
    assert_eq!(first.repeatable(), second.repeatable());
    let login = app.api_post("/login", &json!({"email": ADA, "password": PASSWORD})).send().await;
    login.is_problem(403, "unverified");
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn a_program_changes_the_name() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    let patch = |body: Value| app.api(Method::PATCH, "/me").bearer(&client.bearer).json(&body).send();
    assert_eq!(patch(json!({"display_name": " Ada "})).await.json()["display_name"], "Ada");
    assert_eq!(patch(json!({})).await.json()["display_name"], "Ada", "left out is left alone");
    assert_eq!(app.api_me(&client.bearer).await.json()["display_name"], "Ada");
    assert_eq!(patch(json!({"display_name": null})).await.json()["display_name"], Value::Null);
    let long = patch(json!({"display_name": "x".repeat(81)})).await.is_problem(422, "invalid");
    assert_eq!(long["fields"]["display_name"]["error"], "too_long");
    patch(json!({"email": "eve@example.com"})).await.is_problem(400, "bad_request");
}
