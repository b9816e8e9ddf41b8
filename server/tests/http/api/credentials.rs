//! Access tokens: in one header, and in no other way.

use crate::app::{ADA, PASSWORD, TestApp};
use http::Method;
use serde_json::json;

#[tokio::test]
async fn a_request_proves_itself_in_one_way() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    let me = || app.api(Method::GET, "/me");
    for ask in [
        me().bearer(&client.bearer).access_token(&client.bearer),
        me().access_token(&client.bearer),
        me().bearer(&client.bearer).doubled("authorization", "Basic YTpi"),
        app.api(Method::GET, &format!("/me?access_token={}", client.bearer)),
        app.api(Method::GET, &format!("/me?access_token={}", client.bearer)).bearer(&client.bearer),
        app.api_post("/login", &json!({"email": ADA, "password": PASSWORD})).bearer(&client.bearer),
        app.api_post("/renew", &json!({"refresh_token": client.refresh})).bearer(&client.bearer),
    ] {
        let answer = ask.send().await;
        answer.is_problem(400, "bad_request");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api", error="invalid_request""#));
    }
    assert_eq!(app.session(&client.sid).await, (0, None));
    // A proxy's own credentials are none of ours.
    me().header("authorization", "Basic YTpi").send().await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_that_is_none_is_named_as_the_cause() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    let long = "x".repeat(5_000);
    for token in ["x", &client.refresh, &client.bearer[1..], &long] {
        let answer = app.api_me(token).await;
        answer.is_problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api", error="invalid_token""#), "{token}");
    }
    app.clock.advance(auth::testing::config().access_token_ttl);
    app.api_me(&client.bearer).await.is_problem(401, "unauthenticated");
}
