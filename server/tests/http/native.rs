//! A client that is no browser: neither `Sec-Fetch-Site` nor `Origin`. It has tokens, and no cookies.

use crate::app::{ADA, BOB, PASSWORD, TestApp};

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
        let note = app.native("/api/notes/add").bearer(&bearer).fields(&[("body", "x")]).send().await;
        assert_eq!((note.status, note.cookies().is_empty()), (200, true));
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
    let ask = app.native("/api/notes/add").of(&ada).header("accept", "text/html").fields(&[("body", "x")]);
    let answer = ask.send().await;
    assert_eq!((answer.leads_on(), answer.cookies().is_empty()), ("/login", true));
    assert_eq!(app.session(&ada.sid).await, (0, None));
    assert_eq!(app.count("SELECT COUNT(*) FROM notes").await, 0);
}

#[tokio::test]
async fn nor_has_it_a_flow() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", "wrong horse battery")];
    let form = app.native("/api/auth/login").header("accept", "text/html").fields(&fields).send().await;
    assert!(form.leads_on().starts_with("/?__path="), "{form:?}");
    assert_eq!(app.native("/api/auth/logout").bearer(&ada.bearer).send().await.status, 200);
    assert_eq!(app.session(&ada.sid).await.1.as_deref(), Some("signed_out"));
    assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0, "whose id nobody would be told");
}
