//! `/api/auth/refresh`, and what a page load makes of the same cookie: it accepts a token exactly when a renewal
//! would.

use crate::app::{ADA, FIREFOX, PASSWORD, Person, SAFARI, TestApp};
use auth::{DAY, HOUR, SECOND};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures::future::join_all;

/// Asks for pages and for a renewal with the same token, from the same browser: all accept it, or none does. Gives
/// the token that the renewal set.
pub(crate) async fn present(app: &TestApp, token: &str, user_agent: &str) -> Option<String> {
    let page = async |path| app.page(path).header("user-agent", user_agent).refresh_cookie(token).send().await;
    let (account, login) = (page("/account").await, page("/login").await);
    let renewal = app.fetch("/api/auth/refresh").header("user-agent", user_agent).refresh_cookie(token).send().await;
    if renewal.status == 200 {
        assert_eq!(account.status, 200, "the page refuses what the renewal accepts");
        assert_eq!((login.status, login.location()), (302, "/account"));
        assert_eq!(renewal.json()["user"]["email"], ADA);
        return app.refresh_token(&renewal);
    }
    renewal.is_refused(401, "unauthenticated");
    assert_eq!(renewal.header("www-authenticate"), Some(r#"Bearer realm="api""#));
    assert!(renewal.cookies().is_empty(), "a late answer must not kill a newer sign-in: {renewal:?}");
    assert_eq!((account.status, account.location()), (302, "/login?next=/account"));
    assert_eq!(login.status, 200, "the two never loop");
    assert!(account.cookies().is_empty() && login.cookies().is_empty());
    None
}

async fn remembered(app: &TestApp) -> Person {
    app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", PASSWORD), ("remember", "true")];
    app.person(&app.fetch("/api/auth/login").fields(&fields).send().await)
}

#[tokio::test]
async fn a_renewal_rotates_the_cookie_and_gives_an_access_token() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.clock.advance(9 * auth::MINUTE);
    let answer = app.renew(&ada.refresh).await;
    assert_eq!(answer.status, 200);
    let json = answer.json();
    assert_eq!((&json["token_type"], &json["expires_in"]), (&"Bearer".into(), &600.into()));
    let renewed = app.person(&answer);
    assert_eq!((&renewed.sid, &renewed.id), (&ada.sid, &ada.id));
    assert_ne!(renewed.refresh, ada.refresh);
    assert_eq!(app.session(&ada.sid).await, (1, None));
    app.clock.advance(2 * auth::MINUTE);
    app.me(&ada.bearer).await.is_refused(401, "unauthenticated");
    assert_eq!(app.me(&renewed.bearer).await.status, 200);
}

#[tokio::test]
async fn without_a_cookie_there_is_nothing_to_renew() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.fetch("/api/auth/refresh").send().await.is_refused(401, "unauthenticated");
    app.fetch("/api/auth/refresh").bearer(&ada.bearer).send().await.is_refused(401, "unauthenticated");
    assert_eq!(app.session(&ada.sid).await, (0, None));
}

#[tokio::test]
async fn what_is_not_our_token_is_refused_and_ends_nothing() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let genuine = BASE64_URL_SAFE_NO_PAD.decode(&ada.refresh).expect("base64url");
    let forged = |at: usize, by: u8| {
        let mut bytes = genuine.clone();
        bytes[at] ^= by;
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    };
    let (version, key, sid, generation) = (0, 1, 5, 28);
    let longer = format!("{}AAAA", ada.refresh);
    for token in [
        "",
        "garbage",
        "%00",
        "a.b.c",
        &ada.bearer,
        &ada.refresh[..40],
        &ada.refresh[..ada.refresh.len() - 1],
        &longer,
        &forged(version, 1),
        &forged(key, 1),
        &forged(sid, 1),
        &forged(generation, 1),
        &forged(generation - 7, 0x80),
        &forged(genuine.len() - 1, 1),
    ] {
        assert_eq!(present(&app, token, FIREFOX).await, None, "{token}");
    }
    assert_eq!(app.session(&ada.sid).await, (0, None));
    assert!(present(&app, &ada.refresh, FIREFOX).await.is_some());
}

#[tokio::test]
async fn a_token_of_a_session_that_is_over_is_refused() {
    let app = TestApp::start().await;
    let revoked = app.sign_up(ADA).await;
    app.execute("UPDATE sessions SET ended_at = 1767225600000, end_reason = 'revoked' WHERE id = $1", &revoked.sid)
        .await;
    assert_eq!(present(&app, &revoked.refresh, FIREFOX).await, None);
    assert_eq!(app.session(&revoked.sid).await, (0, Some("revoked".into())));

    let deleted = app.sign_in(ADA).await;
    app.execute("DELETE FROM sessions WHERE id = $1", &deleted.sid).await;
    assert_eq!(present(&app, &deleted.refresh, FIREFOX).await, None);

    let expired = app.sign_in(ADA).await;
    app.clock.advance(12 * HOUR - 1);
    assert!(app.open_page_as(&expired, "/account").await.status == 200);
    app.clock.advance(1);
    assert_eq!(present(&app, &expired.refresh, FIREFOX).await, None);
}

#[tokio::test]
async fn a_disabled_account_renews_nothing() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.execute("UPDATE users SET disabled_at = 1 WHERE id = $1", &ada.id).await;
    assert_eq!(present(&app, &ada.refresh, FIREFOX).await, None);
    app.post_login(ADA, PASSWORD).await.is_refused(401, "invalid_credentials");
}

#[tokio::test]
async fn twenty_at_once_get_the_same_cookie() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let answers = join_all((0..20).map(|_| app.renew(&ada.refresh))).await;
    let renewed = app.person(&answers[0]);
    for answer in &answers {
        assert_eq!(answer.status, 200);
        assert_eq!(app.refresh_token(answer).as_ref(), Some(&renewed.refresh));
    }
    assert_eq!(app.session(&ada.sid).await, (1, None));
    assert_eq!(app.renew(&renewed.refresh).await.status, 200);
}

#[tokio::test]
async fn a_lost_answer_is_repeated_for_thirty_seconds() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let renewed = present(&app, &ada.refresh, FIREFOX).await.expect("renewed");
    for _ in 0..3 {
        app.clock.advance(10 * SECOND);
        assert_eq!(present(&app, &ada.refresh, FIREFOX).await.as_ref(), Some(&renewed));
    }
    assert_eq!(app.session(&ada.sid).await, (1, None));
}

#[tokio::test]
async fn a_late_repeat_is_granted_once_a_day() {
    let app = TestApp::start().await;
    let ada = remembered(&app).await;
    let first = present(&app, &ada.refresh, FIREFOX).await.expect("renewed");
    app.clock.advance(HOUR);
    assert_eq!(present(&app, &ada.refresh, FIREFOX).await.as_ref(), Some(&first), "late once");
    let second = present(&app, &first, FIREFOX).await.expect("renewed");
    app.clock.advance(DAY);
    assert_eq!(present(&app, &first, FIREFOX).await.as_ref(), Some(&second), "once on another day");
    app.clock.advance(HOUR);
    assert_eq!(present(&app, &first, FIREFOX).await, None, "late twice in a day");
    assert_eq!(app.session(&ada.sid).await, (2, Some("replayed".into())));
    assert_eq!(present(&app, &second, FIREFOX).await, None);
}

#[tokio::test]
async fn another_user_agent_gets_no_repeat() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let renewed = present(&app, &ada.refresh, FIREFOX).await.expect("renewed");
    assert_eq!(present(&app, &ada.refresh, SAFARI).await, None);
    assert_eq!(app.session(&ada.sid).await, (1, Some("replayed".into())));
    assert_eq!(present(&app, &renewed, FIREFOX).await, None);
}

#[tokio::test]
async fn a_renewal_may_come_from_a_browser_that_was_updated() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    assert!(present(&app, &ada.refresh, SAFARI).await.is_some());
}

#[tokio::test]
async fn user_agents_beyond_ascii_are_told_apart() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let pairs =
        [(&b"S\xe4gefisch/1"[..], &b"S\xf6gefisch/1"[..]), ("Sägefisch/1".as_bytes(), "Sögefisch/1".as_bytes())];
    for (one, other) in pairs {
        let fields = [("email", ADA), ("password", PASSWORD)];
        let ada = app.person(&app.fetch("/api/auth/login").raw_header("user-agent", one).fields(&fields).send().await);
        let renew = |agent| app.fetch("/api/auth/refresh").raw_header("user-agent", agent).of(&ada).send();
        assert_eq!(renew(one).await.status, 200);
        assert_eq!(renew(one).await.status, 200, "a lost answer is repeated");
        assert_eq!(renew(other).await.status, 401);
        assert_eq!(app.session(&ada.sid).await, (1, Some("replayed".into())));
    }
}
