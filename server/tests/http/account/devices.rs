//! `/api/account/devices…`.

use crate::answer::Answer;
use crate::app::{ADA, BOB, PASSWORD, Person, SAFARI, TestApp, until};
use serde_json::Value;

async fn post(app: &TestApp, person: &Person, what: &str, fields: &[(&str, &str)]) -> Answer {
    app.fetch(&format!("/api/account/devices{what}")).bearer(&person.bearer).fields(fields).send().await
}

async fn devices(app: &TestApp, person: &Person) -> Vec<Value> {
    let answer = post(app, person, "", &[]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json().as_array().expect("a list").clone()
}

/// Signs in with another browser.
async fn sign_in_on_a_mac(app: &TestApp, email: &str) -> Person {
    let fields = [("email", email), ("password", PASSWORD)];
    app.person(&app.fetch("/api/auth/login").header("user-agent", SAFARI).fields(&fields).send().await)
}

#[tokio::test]
async fn each_device_is_listed_in_words() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.sign_up(BOB).await;
    app.clock.advance(auth::MINUTE);
    let mac = sign_in_on_a_mac(&app, ADA).await;
    let [this, other] = &devices(&app, &ada).await[..] else { panic!("two devices, none of them Bob's") };
    assert_eq!((&this["id"], &this["is_this"]), (&ada.sid.as_str().into(), &true.into()));
    assert_eq!(this["words"], "Firefox on Linux");
    assert_eq!(this["begun_at"], auth::testing::NEW_YEAR);
    assert_eq!((&other["id"], &other["is_this"]), (&mac.sid.as_str().into(), &false.into()));
    assert_eq!(other["words"], "Safari on macOS");
    assert_eq!((&other["begun_at"], &other["last_seen_at"]), (&app.clock.now().into(), &app.clock.now().into()));
    assert_eq!(other["address"], "127.0.0.1");
    let page = app.open_page_as(&ada, "/account/devices").await;
    for words in ["Firefox on Linux", "Safari on macOS", "This device", "127.0.0.1", "Sign out every other device"] {
        assert!(page.html().contains(words), "{words}: {}", page.html());
    }
}

#[tokio::test]
async fn a_device_is_signed_out_at_once() {
    let app = TestApp::start().await;
    let (ada, mac) = (app.sign_up(ADA).await, sign_in_on_a_mac(&app, ADA).await);
    assert_eq!(post(&app, &ada, "/end", &[("id", &mac.sid)]).await.status, 200);
    app.me(&mac.bearer).await.is_refused(401, "unauthenticated");
    app.renew(&mac.refresh).await.is_refused(401, "unauthenticated");
    assert_eq!(app.session(&mac.sid).await.1.as_deref(), Some("revoked"));
    assert_eq!(devices(&app, &ada).await.len(), 1);
    post(&app, &ada, "/end", &[("id", &mac.sid)]).await.is_refused(404, "not_found");
    let page = app.open_page_as(&ada, "/account/devices").await;
    assert!(!page.html().contains("Sign out every other device"), "there is none");
}

#[tokio::test]
async fn ending_ones_own_session_clears_the_browser() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fetch =
        app.fetch("/api/account/devices/end").of(&ada).bearer(&ada.bearer).fields(&[("id", &ada.sid)]).send().await;
    let ada = app.sign_in(ADA).await;
    let fields = [("id", ada.sid.as_str())];
    let form = app.form("/api/account/devices/end").of(&ada).from("/account/devices").fields(&fields).send().await;
    for answer in [fetch, form] {
        assert_eq!(answer.header("clear-site-data"), Some(r#""cache", "storage""#));
        let cookie = answer.cookie("refresh").expect("it is cleared");
        assert_eq!(cookie.max_age(), Some(cookie::time::Duration::ZERO));
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 0);
}

#[tokio::test]
async fn every_other_device_is_signed_out_at_once() {
    let app = TestApp::start().await;
    let (ada, mac, bob) = (app.sign_up(ADA).await, sign_in_on_a_mac(&app, ADA).await, app.sign_up(BOB).await);
    let third = app.sign_in(ADA).await;
    assert_eq!(post(&app, &ada, "/end-others", &[]).await.json(), 2);
    for ended in [&mac, &third] {
        app.me(&ended.bearer).await.is_refused(401, "unauthenticated");
    }
    for kept in [&ada, &bob] {
        assert_eq!(app.me(&kept.bearer).await.status, 200);
    }
    assert_eq!(post(&app, &ada, "/end-others", &[]).await.json(), 0);
}

#[tokio::test]
async fn nobody_signs_out_somebody_else() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let unknown = post(&app, &bob, "/end", &[("id", "nothing")]).await;
    unknown.is_refused(404, "not_found");
    let refused = post(&app, &bob, "/end", &[("id", &ada.sid)]).await;
    assert_eq!(refused.repeatable(), unknown.repeatable(), "nobody learns that it is there");
    let fields = [("id", ada.sid.as_str()), ("sid", &bob.sid)];
    let form = app.form("/api/account/devices/end").of(&bob).from("/account/devices").fields(&fields).send().await;
    assert!(form.leads_on().starts_with("/account/devices?__path="), "{form:?}");
    assert_eq!(app.session(&ada.sid).await, (0, None));
    let recorded = "SELECT COUNT(*) FROM events WHERE kind = 'access_refused' AND detail = 'session'";
    until("it is recorded", || async { app.count(recorded).await > 0 }).await;
}

#[tokio::test]
async fn it_wants_a_recent_proof() {
    let app = TestApp::start().await;
    let (ada, mac) = (app.sign_up(ADA).await, sign_in_on_a_mac(&app, ADA).await);
    let ada = app.later(&ada).await;
    post(&app, &ada, "/end", &[("id", &mac.sid)]).await.is_refused(403, "reauthentication_required");
    post(&app, &ada, "/end-others", &[]).await.is_refused(403, "reauthentication_required");
    assert_eq!(app.session(&mac.sid).await, (0, None));
    assert_eq!(devices(&app, &ada).await.len(), 2, "looking needs none");
}

#[tokio::test]
async fn forms_do_it_too() {
    let app = TestApp::start().await;
    let (mut ada, mac) = (app.sign_up(ADA).await, sign_in_on_a_mac(&app, ADA).await);
    app.sign_in(ADA).await;
    for (path, words) in [
        ("/api/account/devices/end", "That device is signed out."),
        ("/api/account/devices/end-others", "Every other device is signed out."),
    ] {
        let fields = [("id", mac.sid.as_str()), ("sid", &ada.sid)];
        let answer = app.form(path).of(&ada).from("/account/devices").fields(&fields).send().await;
        assert_eq!(answer.leads_on(), "/account/devices");
        ada.refresh = app.refresh_token(&answer).expect("a token");
        let page = app.page("/account/devices").of(&ada).flow_cookie(&app.flow(&answer).expect("a flow")).send().await;
        assert!(page.html().contains(words), "{}", page.html());
    }
    assert_eq!(devices(&app, &ada).await.len(), 1);
}

#[tokio::test]
async fn an_id_that_nothing_can_have_is_nowhere() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let ask = app.fetch("/api/account/devices/end").of(&ada).bearer(&ada.bearer).raw_fields(b"id=%00");
    ask.send().await.is_refused(404, "not_found");
}
