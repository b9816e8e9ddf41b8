//! A client that is no browser: neither `Sec-Fetch-Site` nor `Origin`. It has tokens, and no cookies.

use crate::app::{ADA, BOB, CURL, NAMES_SET, PASSWORD, TestApp, WRONG_PASSWORD};

#[tokio::test]
async fn a_native_client_signs_in_without_a_cookie() {
    let app = TestApp::start().await;
    let up = app.native("/api/auth/signup").fields(&[("email", ADA), ("password", PASSWORD)]).send().await;
    let fields = [("email", ADA), ("password", PASSWORD), ("remember", "true")];
    let signed_in = app.native("/api/auth/login").fields(&fields).send().await;
    for answer in [up, signed_in] {
        assert_eq!(answer.status, 200);
        assert!(answer.cookies().is_empty(), "{answer:?}");
        let bearer = answer.json()["access_token"].as_str().expect("a token").to_owned();
        assert_eq!(app.native("/api/auth/me").bearer(&bearer).send().await.json()["email"], ADA);
        let named = app.native("/api/account/name").bearer(&bearer).fields(&[("display_name", "x")]).send().await;
        assert_eq!((named.status, named.cookies().is_empty()), (200, true));
    }
}

#[tokio::test]
async fn its_cookies_are_not_read() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    app.native("/api/auth/refresh").of(&ada).send().await.is_refused(401, "unauthenticated");
    let fields = [("email", ADA), ("password", PASSWORD)];
    assert_eq!(app.native("/api/auth/login").of(&ada).fields(&fields).send().await.status, 200);
    assert_eq!(app.session(&ada.sid).await, (0, None), "not superseded");
    let out = app.native("/api/auth/logout").of(&ada).bearer(&bob.bearer).send().await;
    assert_eq!((out.status, out.cookies().is_empty()), (200, true));
    assert_eq!(app.session(&ada.sid).await, (0, None), "not signed out");
    assert_eq!(app.session(&bob.sid).await.1.as_deref(), Some("signed_out"));
}

#[tokio::test]
async fn nor_are_they_for_a_form() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let ask = app.native("/api/account/name").of(&ada).header("accept", "text/html").fields(&[("display_name", "x")]);
    let answer = ask.send().await;
    assert_eq!((answer.leads_on(), answer.cookies().is_empty()), ("/login", true));
    assert_eq!(app.session(&ada.sid).await, (0, None));
    assert_eq!(app.count(NAMES_SET).await, 0);
}

#[tokio::test]
async fn nor_has_it_a_flow() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", WRONG_PASSWORD)];
    let form = app.native("/api/auth/login").header("accept", "text/html").fields(&fields).send().await;
    assert!(form.leads_on().starts_with("/?__path="), "{form:?}");
    assert_eq!(app.native("/api/auth/logout").bearer(&ada.bearer).send().await.status, 200);
    assert_eq!(app.session(&ada.sid).await.1.as_deref(), Some("signed_out"));
    assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0, "whose id nobody would be told");
}

#[tokio::test]
async fn fifty_one_sign_ins_leave_the_browser_alone() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", PASSWORD)];
    let curl = || app.native("/api/auth/login").header("user-agent", CURL).fields(&fields).send();
    let mut last = None;
    for _ in 0..51 {
        last = Some(curl().await);
    }
    assert_eq!(app.session(&ada.sid).await, (0, None));
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE template = 'new_device'").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM known_devices").await, 1);
    let page = app.open_page_as(&ada, "/account/devices").await;
    assert!(page.html().contains("App or script") && page.html().contains("Signed out by itself"), "{page:?}");
    assert!(!page.html().contains("HTTP Library"), "{page:?}");

    let bearer = last.expect("an answer").json()["access_token"].as_str().expect("a token").to_owned();
    app.clock.advance(auth::testing::config().access_token_ttl);
    app.native("/api/auth/me").bearer(&bearer).send().await.is_refused(401, "unauthenticated");
    let live =
        "SELECT COUNT(*) FROM sessions WHERE kind = 'cookieless' AND ended_at IS NULL AND ends_at > 1767226200000";
    assert_eq!(app.count(live).await, 0);
}
