//! A refresh token that was used up: theft, which ends the session however the thief behaves.

use crate::app::{ADA, FIREFOX, TestApp, until};
use crate::raw::Raw;
use crate::refresh::present;

/// Somebody whose first token is two generations old; gives the session's id, that token and the current one.
async fn two_generations_on(app: &TestApp) -> (String, String, String) {
    let ada = app.sign_up(ADA).await;
    let second = app.person(&app.renew(&ada.refresh).await);
    let third = app.person(&app.renew(&second.refresh).await);
    (ada.sid, ada.refresh, third.refresh)
}

#[tokio::test]
async fn a_token_two_generations_late_ends_the_session() {
    let app = TestApp::start().await;
    let (sid, old, current) = two_generations_on(&app).await;
    let bearer = app.person(&app.renew(&current).await).bearer;
    assert_eq!(app.me(&bearer).await.status, 200);
    assert_eq!(present(&app, &old, FIREFOX).await, None);
    assert_eq!(app.session(&sid).await, (3, Some("replayed".into())));
    app.me(&bearer).await.is_refused(401, "unauthenticated");
    assert_eq!(present(&app, &current, FIREFOX).await, None);
}

#[tokio::test]
async fn a_page_load_with_an_old_token_revokes_nothing() {
    let app = TestApp::start().await;
    let (sid, old, current) = two_generations_on(&app).await;
    for path in ["/", "/login", "/account", "/notes"] {
        let page = app.page(path).refresh_cookie(&old).send().await;
        assert!(!page.text().contains(ADA), "{path} is rendered signed out");
        assert!(page.cookies().is_empty());
    }
    assert_eq!(app.session(&sid).await, (2, None));
    assert!(present(&app, &current, FIREFOX).await.is_some());
}

#[tokio::test]
async fn a_form_with_an_old_token_ends_the_session_too() {
    let app = TestApp::start().await;
    let (sid, old, _) = two_generations_on(&app).await;
    let answer = app.form("/api/notes/add").from("/notes").refresh_cookie(&old).fields(&[("body", "x")]).send().await;
    assert_eq!(answer.leads_on(), "/login?next=/notes");
    assert_eq!(answer.cookie("refresh"), None);
    assert_eq!(app.session(&sid).await, (2, Some("replayed".into())));
    assert_eq!(app.count("SELECT COUNT(*) FROM notes").await, 0);
}

#[tokio::test]
async fn a_thief_who_hangs_up_at_once_is_noticed_all_the_same() {
    let app = TestApp::start().await;
    let (sid, old, _) = two_generations_on(&app).await;
    let request = format!(
        "POST /api/auth/refresh HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n\
         User-Agent: {FIREFOX}\r\nCookie: {}={old}\r\nContent-Length: 0\r\n\r\n",
        app.host(),
        app.cookie_name("refresh")
    );
    let mut raw = Raw::connect(&app).await;
    raw.write(request.as_bytes()).await;
    drop(raw);
    until("the session ends", || async { app.session(&sid).await.1.is_some() }).await;
    assert_eq!(app.session(&sid).await, (2, Some("replayed".into())));
}

#[tokio::test]
async fn a_rotation_whose_client_hung_up_can_be_repeated() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let request = format!(
        "POST /api/auth/refresh HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n\
         User-Agent: {FIREFOX}\r\nCookie: {}={}\r\nContent-Length: 0\r\n\r\n",
        app.host(),
        app.cookie_name("refresh"),
        ada.refresh
    );
    let mut raw = Raw::connect(&app).await;
    raw.write(request.as_bytes()).await;
    drop(raw);
    until("the token rotates", || async { app.session(&ada.sid).await.0 == 1 }).await;
    assert!(present(&app, &ada.refresh, FIREFOX).await.is_some());
    assert_eq!(app.session(&ada.sid).await, (1, None));
}
