//! `/api/auth/logout`.

use crate::answer::assert_marked;
use crate::app::{ADA, BOB, TestApp};

#[tokio::test]
async fn a_person_signs_out_at_once() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    assert_eq!(app.me(&ada.bearer).await.status, 200);
    let answer = app.fetch("/api/auth/logout").of(&ada).bearer(&ada.bearer).send().await;
    assert_eq!(answer.status, 200);
    let cookie = answer.cookie("refresh").expect("a cookie");
    assert_marked(&cookie, false);
    assert_eq!((cookie.value(), cookie.max_age()), ("", Some(cookie::time::Duration::ZERO)));
    assert_eq!(app.session(&ada.sid).await.1.as_deref(), Some("signed_out"));
    app.me(&ada.bearer).await.is_refused(401, "unauthenticated");
    app.renew(&ada.refresh).await.is_refused(401, "unauthenticated");
    assert_eq!(app.open_page_as(&ada, "/account").await.location(), "/login?next=/account");
}

#[tokio::test]
async fn the_cookie_alone_signs_out_and_so_does_the_bearer_alone() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    assert_eq!(app.fetch("/api/auth/logout").of(&ada).send().await.status, 200);
    assert_eq!(app.session(&ada.sid).await.1.as_deref(), Some("signed_out"));
    let bob = app.sign_up(BOB).await;
    assert_eq!(app.fetch("/api/auth/logout").bearer(&bob.bearer).send().await.status, 200);
    assert_eq!(app.session(&bob.sid).await.1.as_deref(), Some("signed_out"));
}

#[tokio::test]
async fn both_sessions_end_where_cookie_and_bearer_differ() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let answer = app.fetch("/api/auth/logout").of(&ada).bearer(&bob.bearer).send().await;
    assert_eq!(answer.status, 200);
    for person in [ada, bob] {
        assert_eq!(app.session(&person.sid).await.1.as_deref(), Some("signed_out"));
        app.me(&person.bearer).await.is_refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn the_cookie_is_cleared_even_when_nothing_was_left_to_end() {
    let app = TestApp::start_on_https().await;
    let ada = app.sign_up(ADA).await;
    for _ in 0..2 {
        let answer = app.fetch("/api/auth/logout").of(&ada).bearer(&ada.bearer).send().await;
        assert_eq!(answer.status, 200);
        let cookie = answer.cookie("__Host-refresh").expect("a cookie");
        assert_marked(&cookie, true);
        assert_eq!(cookie.max_age(), Some(cookie::time::Duration::ZERO));
    }
    let answer = app.fetch("/api/auth/logout").refresh_cookie("garbage").send().await;
    assert_eq!((answer.status, answer.cookie("__Host-refresh").is_some()), (200, true));
    let answer = app.fetch("/api/auth/logout").send().await;
    assert_eq!((answer.status, answer.cookie("__Host-refresh").is_some()), (200, true));
}

#[tokio::test]
async fn a_forged_cookie_signs_nobody_out() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let forged = format!("{}AAAA", &ada.refresh[..ada.refresh.len() - 4]);
    assert_eq!(app.fetch("/api/auth/logout").refresh_cookie(&forged).send().await.status, 200);
    assert_eq!(app.session(&ada.sid).await.1, None);
}

#[tokio::test]
async fn nobody_who_was_not_signed_in_is_told_of_it() {
    let app = TestApp::start().await;
    let fetch = app.fetch("/api/auth/logout").send().await;
    assert_eq!((fetch.status, app.flow(&fetch)), (200, None));
    let form = app.form("/api/auth/logout").from("/account").fields(&[]).send().await;
    assert_eq!((form.leads_on(), app.flow(&form)), ("/", None));
    assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0);
}

/// W3C Clear Site Data.
#[tokio::test]
async fn the_browser_is_told_to_forget_what_pages_stored() {
    let app = TestApp::start().await;
    let forgotten = Some(r#""cache", "storage""#);
    let ada = app.sign_up(ADA).await;
    assert_eq!(app.renew(&ada.refresh).await.header("clear-site-data"), None);
    let fetch = app.fetch("/api/auth/logout").of(&ada).send().await;
    assert_eq!(fetch.header("clear-site-data"), forgotten);
    let ada = app.sign_in(ADA).await;
    let form = app.form("/api/auth/logout").of(&ada).from("/account").fields(&[]).send().await;
    assert_eq!((form.leads_on(), form.header("clear-site-data")), ("/", forgotten));
    let ada = app.sign_in(ADA).await;
    let fields = [("confirmation", ADA)];
    let deleted = app.fetch("/api/account/delete").of(&ada).bearer(&ada.bearer).fields(&fields).send().await;
    assert_eq!((deleted.status, deleted.header("clear-site-data")), (200, forgotten));
}
