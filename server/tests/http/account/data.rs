//! `/api/account/data` and `/api/account/delete`.

use crate::answer::Answer;
use crate::app::{ADA, BOB, PASSWORD, Person, TestApp};
use crate::links::tokens::token;
use auth::SECOND;
use serde_json::Value;

async fn delete(app: &TestApp, person: &Person, confirmation: &str) -> Answer {
    let ask = app.fetch("/api/account/delete").of(person).bearer(&person.bearer);
    ask.fields(&[("confirmation", confirmation)]).send().await
}

fn is_everything_of_ada(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-disposition"), Some(r#"attachment; filename="account.json""#));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let data = answer.json();
    assert_eq!(data["account"]["email"], ADA);
    assert_eq!(data["account"]["display_name"], "of Ada");
    assert_eq!(data["sessions"].as_array().map(Vec::len), Some(1));
    assert!(data["events"].as_array().is_some_and(|events| !events.is_empty()));
    for secret in ["of Bob", BOB, PASSWORD, "argon2", "salt"] {
        assert!(!answer.text().contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_person_takes_everything_along() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    app.set_name(&ada, "of Ada").await;
    app.set_name(&bob, "of Bob").await;
    is_everything_of_ada(&app.fetch("/api/account/data").bearer(&ada.bearer).send().await);
    let form = app.form("/api/account/data").of(&ada).from("/account/data").fields(&[("sid", &ada.sid)]).send().await;
    is_everything_of_ada(&form);
    let token = app.refresh_token(&form).expect("the session goes on");
    assert_eq!(app.page("/account/data").refresh_cookie(&token).send().await.status, 200);
}

#[tokio::test]
async fn the_download_is_throttled() {
    let app = TestApp::start_with(|config| config.auth.throttle.free_per_account = 3).await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let download = |person: &Person| app.fetch("/api/account/data").bearer(&person.bearer).send();
    for _ in 0..4 {
        assert_eq!(download(&ada).await.status, 200);
    }
    let refused = download(&ada).await;
    refused.is_refused(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("content-disposition"), None);
    assert_eq!(download(&bob).await.status, 200, "each account has its own count");
    let form = app.form("/api/account/data").of(&ada).from("/account/data").fields(&[("sid", &ada.sid)]).send().await;
    let page = app.page(form.leads_on()).refresh_cookie(&app.refresh_token(&form).expect("a token")).send().await;
    assert!(page.html().contains("Too many tries."), "{}", page.html());
    app.clock.advance(SECOND);
    assert_eq!(download(&ada).await.status, 200);
    assert_eq!(app.count("SELECT COUNT(*) FROM events WHERE kind = 'data_downloaded'").await, 6);
}

#[tokio::test]
async fn a_deleted_account_is_gone() {
    let app = TestApp::start_on_https().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let elsewhere = app.sign_in(ADA).await;
    app.set_name(&ada, "of Ada").await;
    app.set_name(&bob, "of Bob").await;
    let answer = delete(&app, &ada, " Ada@Example.com ").await;
    assert_eq!((answer.status, answer.json()), (200, Value::Null));
    let cookie = answer.cookie("__Host-refresh").expect("it is cleared");
    assert_eq!(cookie.max_age(), Some(cookie::time::Duration::ZERO));
    for gone in [&ada, &elsewhere] {
        app.me(&gone.bearer).await.is_refused(401, "unauthenticated");
        app.renew(&gone.refresh).await.is_refused(401, "unauthenticated");
    }
    app.post_login(ADA, PASSWORD).await.is_refused(401, "invalid_credentials");
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(app.name(&bob).await, ("of Bob".into(), 1));
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    app.sign_up(ADA).await;
}

#[tokio::test]
async fn deleting_wants_the_address_and_a_recent_proof() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for confirmation in ["", "ada", BOB, "ada@example.com.evil.example"] {
        let answer = delete(&app, &ada, confirmation).await;
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"]["confirmation"]["error"], "mismatch");
    }
    let ada = app.later(&ada).await;
    delete(&app, &ada, ADA).await.is_refused(403, "reauthentication_required");
    assert_eq!(app.me(&ada.bearer).await.status, 200);
}

#[tokio::test]
async fn an_account_that_can_be_taken_back_is_not_deleted() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.execute("UPDATE users SET verified_at = 1 WHERE id = $1", &ada.id).await;
    app.fetch("/api/auth/change-email").bearer(&ada.bearer).fields(&[("email", BOB)]).send().await;
    let link = app.mailed_link(BOB, "/confirm-email").await;
    let fields = [("token", token(&link))];
    let confirmed = app.fetch("/api/auth/confirm-email").bearer(&ada.bearer).fields(&fields).send().await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    let refused = delete(&app, &ada, BOB).await;
    refused.is_refused(409, "deletion_too_early");
    assert_eq!(refused.header("retry-after"), Some("259200"));
    app.mail_page(ADA, "An account that you had was not deleted").await;
    let fields = [("confirmation", BOB), ("sid", &ada.sid)];
    let form = app.form("/api/account/delete").of(&ada).from("/account/data").fields(&fields).send().await;
    let token = app.refresh_token(&form).expect("a token");
    let page = app.page(form.leads_on()).refresh_cookie(&token).send().await;
    assert!(page.html().contains("Try again in 72 hours."), "{}", page.html());
    app.mailed_link(ADA, "/undo-email").await;
}

#[tokio::test]
async fn a_form_deletes_it_too() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let post = |token: &str, confirmation: &str| {
        let fields = [("confirmation", confirmation), ("sid", &ada.sid)];
        app.form("/api/account/delete").refresh_cookie(token).from("/account/data").fields(&fields)
    };
    let refused = post(&ada.refresh, "ada@example.co").send().await;
    assert!(refused.leads_on().starts_with("/account/data?__path="), "{refused:?}");
    let (token, flow) = (app.refresh_token(&refused).expect("a token"), app.flow(&refused).expect("a flow"));
    let page = app.page(refused.leads_on()).refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(page.html().contains("This is not the address of your account."), "{}", page.html());
    assert!(page.html().contains(r#"value="ada@example.co""#), "what was typed is there again");
    let deleted = post(&token, ADA).send().await;
    assert_eq!(deleted.leads_on(), "/");
    let cookie = deleted.cookie("refresh").expect("it is cleared, and not set again");
    assert_eq!((cookie.value(), cookie.max_age()), ("", Some(cookie::time::Duration::ZERO)));
    let home = app.page("/").flow_cookie(&app.flow(&deleted).expect("a flow")).send().await;
    assert!(home.html().contains("Your account is deleted."), "{}", home.html());
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
}
