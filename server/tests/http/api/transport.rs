//! A session is of one kind and refuses the transport of another.

use crate::app::{ADA, PASSWORD, TestApp, until};
use http::Method;
use serde_json::json;

const WRONG: &str = "SELECT COUNT(*) FROM events WHERE kind = 'token_refused' AND detail LIKE '%_wrong_transport'";

#[tokio::test]
async fn a_refresh_token_of_the_api_is_none_in_a_cookie() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    app.renew(&client.refresh).await.is_refused(401, "unauthenticated");
    let page = app.page("/account").refresh_cookie(&client.refresh).send().await;
    assert_eq!((page.status, page.location()), (302, "/login?next=/account"));
    let form = app.form("/api/account/name").refresh_cookie(&client.refresh).fields(&[("display_name", "x")]);
    assert!(form.send().await.leads_on().starts_with("/login"));
    assert_eq!(app.fetch("/api/auth/logout").refresh_cookie(&client.refresh).send().await.status, 200);
    let fields = [("email", ADA), ("password", PASSWORD)];
    app.fetch("/api/auth/login").refresh_cookie(&client.refresh).fields(&fields).send().await;
    assert_eq!(app.session(&client.sid).await, (0, None), "nothing used, ended or superseded it");
    assert_eq!(app.api_renew(&client.refresh).await.status, 200);
    until("the refusals are written", async || app.count(WRONG).await > 0).await;
}

#[tokio::test]
async fn a_refresh_token_of_a_browser_is_none_in_a_body() {
    let app = TestApp::start().await;
    let person = app.sign_up(ADA).await;
    app.api_renew(&person.refresh).await.is_problem(401, "unauthenticated");
    assert_eq!(app.session(&person.sid).await, (0, None));
    assert_eq!(app.renew(&person.refresh).await.status, 200);
    // Neither is an old one: it does not even count as a replay.
    app.clock.advance(auth::testing::config().refresh_grace + 1);
    app.api_renew(&person.refresh).await.is_problem(401, "unauthenticated");
    assert_eq!(app.session(&person.sid).await, (1, None));
}

#[tokio::test]
async fn an_access_token_is_good_where_its_session_is() {
    let app = TestApp::start().await;
    let person = app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    let refused = app.api_me(&person.bearer).await;
    refused.is_problem(401, "unauthenticated");
    assert_eq!(refused.header("www-authenticate"), Some(r#"Bearer realm="api", error="invalid_token""#));
    app.me(&client.bearer).await.is_refused(401, "unauthenticated");
    let password = [("password", PASSWORD)];
    let again = app.native("/api/account/reauthenticate").bearer(&client.bearer).fields(&password).send().await;
    again.is_refused(401, "unauthenticated");
    assert_eq!(app.api_me(&client.bearer).await.status, 200);
    assert_eq!(app.me(&person.bearer).await.status, 200);
}

#[tokio::test]
async fn cookies_are_neither_read_nor_set() {
    let app = TestApp::start().await;
    let person = app.sign_up(ADA).await;
    app.api(Method::GET, "/me").of(&person).send().await.is_problem(401, "unauthenticated");
    let login = json!({"email": ADA, "password": PASSWORD});
    let answer = app.api_post("/login", &login).of(&person).flow_cookie("x").device_cookie("x").send().await;
    assert_eq!((answer.status, answer.cookies().len()), (200, 0));
    assert_eq!(app.session(&person.sid).await, (0, None), "not superseded");
    let from_page = app.fetch("/api/v1/login").of(&person).json(&login).send().await;
    assert_eq!((from_page.status, from_page.cookies().len()), (200, 0));
    assert_eq!(app.session(&person.sid).await, (0, None));
    assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0);
}
