//! `/api/account/password`.

use crate::answer::{Answer, assert_marked};
use crate::app::{ADA, BOB, NEW_PASSWORD, PASSWORD, Person, TestApp};

async fn change(app: &TestApp, person: &Person, current: &str, new: &str) -> Answer {
    let fields = [("current_password", current), ("new_password", new)];
    app.fetch("/api/account/password").of(person).bearer(&person.bearer).fields(&fields).send().await
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_begins_one() {
    let app = TestApp::start_on_https().await;
    let (ada, elsewhere) = (app.sign_up(ADA).await, app.sign_in(ADA).await);
    let answer = change(&app, &ada, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_marked(&answer.cookie("__Host-refresh").expect("a cookie"), true);
    let anew = app.person(&answer);
    assert_ne!(anew.sid, ada.sid);
    for ended in [&ada, &elsewhere] {
        app.me(&ended.bearer).await.is_refused(401, "unauthenticated");
        app.renew(&ended.refresh).await.is_refused(401, "unauthenticated");
    }
    assert_eq!(app.me(&anew.bearer).await.json()["session"]["id"], anew.sid);
    assert_eq!(app.renew(&anew.refresh).await.status, 200);
    app.post_login(ADA, PASSWORD).await.is_refused(401, "invalid_credentials");
    assert_eq!(app.post_login(ADA, NEW_PASSWORD).await.status, 200);
}

#[tokio::test]
async fn it_takes_the_current_one_and_a_good_one() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for (current, new, field, error) in [
        ("not the password", NEW_PASSWORD, "current_password", "wrong_password"),
        ("", NEW_PASSWORD, "current_password", "wrong_password"),
        (PASSWORD, "short", "new_password", "too_short"),
        (PASSWORD, ADA, "new_password", "from_address"),
    ] {
        let answer = change(&app, &ada, current, new).await;
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"][field]["error"], error, "{answer:?}");
        assert!(answer.cookies().is_empty());
    }
    assert_eq!(app.me(&ada.bearer).await.status, 200);
    assert_eq!(app.post_login(ADA, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn it_does_not_take_the_cookie_of_somebody_else() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
    for path in ["/api/account/password", "/api/account/reauthenticate"] {
        let answer = app.fetch(path).of(&bob).bearer(&ada.bearer).fields(&fields).send().await;
        answer.is_refused(409, "session_changed");
        assert!(answer.cookies().is_empty());
    }
    for person in [&ada, &bob] {
        assert_eq!(app.session(&person.sid).await, (0, None));
    }
}

#[tokio::test]
async fn a_form_does_it_too() {
    let app = TestApp::start_on_https().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD), ("sid", &ada.sid)];
    let answer = app.form("/api/account/password").of(&ada).from("/account/security").fields(&fields).send().await;
    assert_eq!(answer.leads_on(), "/account/security");
    // Asserts that there is one: the session that was renewed for the form is over.
    let token = app.refresh_token(&answer).expect("a token");
    let flow = app.flow(&answer).expect("a flow");
    let page = app.page("/account/security").refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(page.html().contains("Your password is changed. Every other device is signed out."), "{}", page.html());
    assert_eq!(app.session(&ada.sid).await.1.as_deref(), Some("password_changed"));
    assert_eq!(app.post_login(ADA, NEW_PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_refused_form_keeps_the_session_and_no_password() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("current_password", "violet anchor spoon 8"), ("new_password", NEW_PASSWORD), ("sid", &ada.sid)];
    let answer = app.form("/api/account/password").of(&ada).from("/account/security").fields(&fields).send().await;
    assert!(answer.leads_on().starts_with("/account/security?__path="), "{answer:?}");
    assert!(!answer.leads_on().contains("violet"));
    let token = app.refresh_token(&answer).expect("a token");
    let page = app.page(answer.leads_on()).refresh_cookie(&token).send().await;
    assert!(page.html().contains("This is not your password.") && !page.html().contains("violet"), "{}", page.html());
    assert_eq!(app.count("SELECT COUNT(*) FROM flows WHERE data LIKE '%violet%'").await, 0);
    assert_eq!(app.session(&ada.sid).await.1, None);
}
