//! A refresh token that was used up: theft, which ends the session however the thief behaves.

use crate::app::{ADA, FIREFOX, NAMES_SET, TestApp, until};
use crate::raw::Raw;
use crate::sessions::refresh::present;
use auth::{MINUTE, SECOND};

/// Somebody whose first token is two generations old, and was so a minute ago; gives the session's id, that token and the current one.
async fn two_generations_on(app: &TestApp) -> (String, String, String) {
    let ada = app.sign_up(ADA).await;
    let second = app.person(&app.renew(&ada.refresh).await);
    let third = app.person(&app.renew(&second.refresh).await);
    app.clock.advance(MINUTE);
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
    for path in ["/", "/login", "/account", "/account/devices"] {
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
    let answer = app
        .form("/api/account/name")
        .from("/account/devices")
        .refresh_cookie(&old)
        .fields(&[("display_name", "x")])
        .send()
        .await;
    assert_eq!(answer.leads_on(), "/login?next=/account/devices");
    assert_eq!(answer.cookie("refresh"), None);
    assert_eq!(app.session(&sid).await, (2, Some("replayed".into())));
    assert_eq!(app.count(NAMES_SET).await, 0);
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

/// Without JavaScript: one form takes long, and two others are posted in another tab meanwhile.
#[tokio::test]
async fn a_slow_form_beside_two_quick_ones_raises_no_alarm() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let post = async |token: &str, body: &str| {
        app.form("/api/account/name")
            .from("/account/devices")
            .refresh_cookie(token)
            .fields(&[("display_name", body)])
            .send()
            .await
    };
    let mut quick = ada.refresh.clone();
    for body in ["one", "two"] {
        app.clock.advance(SECOND);
        quick = app.refresh_token(&post(&quick, body).await).expect("a token");
    }
    app.clock.advance(SECOND);
    let slow = post(&ada.refresh, "three").await;
    assert_eq!(slow.leads_on(), "/account");
    assert_eq!(app.refresh_token(&slow).as_ref(), Some(&quick), "the current token again");
    assert_eq!(app.count(NAMES_SET).await, 3);
    assert_eq!(app.session(&ada.sid).await, (2, None));
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox WHERE template = 'token_theft'").await, 0);
}

#[tokio::test]
async fn a_late_copy_ends_the_session_once_the_next_token_was_used() {
    for opens_page in [true, false] {
        let app = TestApp::start().await;
        let ada = app.sign_up(ADA).await;
        app.clock.advance(MINUTE);
        let renewed = app.person(&app.renew(&ada.refresh).await);
        let used = if opens_page { app.open_page_as(&renewed, "/").await } else { app.me(&renewed.bearer).await };
        assert_eq!(used.status, 200);
        app.clock.advance(MINUTE);
        assert_eq!(present(&app, &ada.refresh, FIREFOX).await, None);
        assert_eq!(app.session(&ada.sid).await, (1, Some("replayed".into())));
    }
}
