//! `/api/auth/login`.

use crate::app::{ADA, PASSWORD, TestApp, WRONG_PASSWORD};

#[tokio::test]
async fn a_person_signs_in() {
    let app = TestApp::start().await;
    let signed_up = app.sign_up(ADA).await;
    app.clock.advance(auth::DAY);
    let answer = app.post_login(" ADA@example.com", PASSWORD).await;
    assert_eq!(answer.status, 200);
    let json = answer.json();
    assert_eq!((&json["token_type"], &json["expires_in"]), (&"Bearer".into(), &600.into()));
    assert_eq!(json["user"]["id"], signed_up.id);
    assert_eq!(json["user"]["session"]["begun_at"], app.clock.now());
    assert_ne!(json["user"]["session"]["id"], signed_up.sid);
    assert_eq!(app.me(&app.person(&answer).bearer).await.json(), json["user"]);
}

#[tokio::test]
async fn nobody_learns_which_half_was_wrong() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let wrong_password = app.post_login(ADA, WRONG_PASSWORD).await;
    let unknown_address = app.post_login("nobody@example.com", PASSWORD).await;
    let no_address = app.post_login("nobody", "").await;
    for answer in [&wrong_password, &unknown_address, &no_address] {
        answer.is_refused(401, "invalid_credentials");
        assert_eq!(answer.body, wrong_password.body);
        assert!(answer.cookies().is_empty());
        // RFC 9110, section 15.5.2: a 401 names a challenge.
        assert!(answer.header("www-authenticate").is_some());
    }
}

#[tokio::test]
async fn a_sign_in_ends_the_session_that_the_browser_held() {
    let app = TestApp::start().await;
    let before = app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", PASSWORD)];
    let answer = app.fetch("/api/auth/login").of(&before).fields(&fields).send().await;
    let after = app.person(&answer);
    assert_ne!(after.sid, before.sid);
    assert_eq!(app.session(&before.sid).await.1.as_deref(), Some("superseded"));
    app.renew(&before.refresh).await.is_refused(401, "unauthenticated");
    app.me(&before.bearer).await.is_refused(401, "unauthenticated");
    assert_eq!(app.me(&after.bearer).await.status, 200);
}

#[tokio::test]
async fn a_refused_sign_in_leaves_the_session_alone() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", WRONG_PASSWORD)];
    let answer = app.fetch("/api/auth/login").of(&ada).fields(&fields).send().await;
    answer.is_refused(401, "invalid_credentials");
    assert!(answer.cookies().is_empty());
    assert_eq!(app.renew(&ada.refresh).await.status, 200);
}

#[tokio::test]
async fn only_a_ticked_box_is_remembered() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for (value, remembered) in [(None, false), (Some("false"), false), (Some("true"), true)] {
        let mut fields = vec![("email", ADA), ("password", PASSWORD)];
        fields.extend(value.map(|value| ("remember", value)));
        let answer = app.fetch("/api/auth/login").fields(&fields).send().await;
        let cookie = answer.cookie("refresh").expect("a cookie");
        assert_eq!(cookie.max_age().is_some(), remembered, "{value:?}");
        let life = answer.json()["user"]["session"]["expires_at"].as_i64().expect("a time") - app.clock.now();
        assert_eq!(answer.json()["user"]["session"]["expires_in"], life);
        assert_eq!(life, if remembered { 14 * auth::DAY } else { 12 * auth::HOUR }, "{value:?}");
    }
}
