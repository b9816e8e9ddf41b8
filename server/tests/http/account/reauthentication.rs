//! `/api/account/reauthenticate`, and the way there and back.

use crate::answer::{Answer, assert_marked};
use crate::app::{ADA, BOB, PASSWORD, Person, TestApp};

async fn reauthenticate(app: &TestApp, person: &Person, password: &str) -> Answer {
    let ask = app.fetch("/api/account/reauthenticate").of(person).bearer(&person.bearer);
    ask.fields(&[("current_password", password)]).send().await
}

#[tokio::test]
async fn a_password_begins_a_recent_session_in_the_place_of_the_old() {
    let app = TestApp::start_on_https().await;
    let (ada, elsewhere) = (app.sign_up(ADA).await, app.sign_in(ADA).await);
    let old = app.later(&ada).await;
    let answer = reauthenticate(&app, &old, PASSWORD).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_marked(&answer.cookie("__Host-refresh").expect("a cookie"), true);
    let anew = app.person(&answer);
    assert_ne!(anew.sid, old.sid);
    assert_eq!(answer.json()["user"]["session"]["begun_at"], app.clock.now());
    app.me(&old.bearer).await.is_refused(401, "unauthenticated");
    app.renew(&old.refresh).await.is_refused(401, "unauthenticated");
    let others = app.fetch("/api/account/devices/end-others").bearer(&anew.bearer).send().await;
    assert_eq!(others.json(), 1, "it is recent");
    assert_eq!(app.session(&elsewhere.sid).await.1.as_deref(), Some("revoked"));
}

#[tokio::test]
async fn a_wrong_password_proves_nothing() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let ada = app.later(&ada).await;
    for wrong in ["", "not the password"] {
        let answer = reauthenticate(&app, &ada, wrong).await;
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"]["current_password"]["error"], "wrong_password");
        assert!(answer.cookies().is_empty());
    }
    let others = app.fetch("/api/account/devices/end-others").bearer(&ada.bearer).send().await;
    others.is_refused(403, "reauthentication_required");
}

/// Posts a form that wants a recent proof when there is none; gives the browser's tokens: session and flow.
async fn too_late(app: &TestApp, ada: &Person, confirmation: &str) -> (String, String) {
    app.clock.advance(11 * auth::MINUTE);
    let fields = [("confirmation", confirmation), ("sid", &ada.sid)];
    let answer = app.form("/api/account/delete").of(ada).from("/account/data").fields(&fields).send().await;
    assert_eq!(answer.leads_on(), "/reauthenticate?next=/account/data");
    (app.refresh_token(&answer).expect("a token"), app.flow(&answer).expect("a flow"))
}

#[tokio::test]
async fn without_javascript_the_form_waits() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let (token, flow) = too_late(&app, &ada, "Ada@Example.com").await;
    let page = app.page("/reauthenticate?next=/account/data").refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(page.html().contains("Is it still you?"), "{}", page.html());
    assert!(page.html().contains(r#"name="next" value="/account/data""#));
    let post = |password: &str| {
        let fields = [("current_password", password), ("next", "/account/data"), ("sid", &ada.sid)];
        let ask = app.form("/api/account/reauthenticate").from("/reauthenticate?next=/account/data");
        ask.flow_cookie(&flow).fields(&fields)
    };
    let refused = post("not the password").refresh_cookie(&token).send().await;
    assert!(refused.leads_on().starts_with("/reauthenticate?next=/account/data&__path="), "{refused:?}");
    let token = app.refresh_token(&refused).expect("a token");
    let proven = post(PASSWORD).refresh_cookie(&token).send().await;
    assert_eq!(proven.leads_on(), "/account/data");
    let token = app.refresh_token(&proven).expect("one token, of the new session");
    let new_flow = app.flow(&proven).expect("a flow");
    let back = app.page("/account/data").refresh_cookie(&token).flow_cookie(&new_flow).send().await;
    assert!(back.html().contains(r#"value="Ada@Example.com""#), "{}", back.html());
    assert!(back.html().contains("Thank you. You can go on where you were."));
    assert_eq!(app.session(&ada.sid).await.1.as_deref(), Some("superseded"));
    assert_eq!(app.count("SELECT COUNT(*) FROM flows WHERE data LIKE '%kettle%' OR data LIKE '%not the%'").await, 0);
}

#[tokio::test]
async fn what_waits_is_for_its_owner() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let (_, flow) = too_late(&app, &ada, "of Ada").await;
    let page = app.page("/account/data").of(&bob).flow_cookie(&flow).send().await;
    assert!(page.html().contains(BOB) && !page.html().contains("of Ada"), "{}", page.html());
    assert_eq!(
        page.cookie("flash").and_then(|cookie| cookie.max_age()),
        Some(cookie::time::Duration::ZERO),
        "it is gone"
    );
}

#[tokio::test]
async fn what_waits_is_for_its_page() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let (token, flow) = too_late(&app, &ada, "of Ada").await;
    let open = async |path: &str, flow: &str| app.page(path).refresh_cookie(&token).flow_cookie(flow).send().await;
    let other = open("/account", &flow).await;
    assert!(!other.html().contains("of Ada"));
    let left = app.flow(&other).unwrap_or(flow);
    let its = open("/account/data", &left).await;
    assert!(its.html().contains("of Ada"));
    assert_eq!(its.cookie("flash").and_then(|cookie| cookie.max_age()), Some(cookie::time::Duration::ZERO), "once");
}

#[tokio::test]
async fn next_is_a_path_of_this_site_or_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.sign_up(ADA).await;
    for (next, leads_to) in [
        ("/account/devices", "/account/devices"),
        ("//evil.example", "/account"),
        ("https://evil.example/", "/account"),
    ] {
        let fields = [("current_password", PASSWORD), ("next", next)];
        let ask = app.form("/api/account/reauthenticate").of(&ada).from("/reauthenticate").fields(&fields);
        let answer = ask.send().await;
        assert_eq!(answer.leads_on(), leads_to, "{next}");
        ada.refresh = app.refresh_token(&answer).expect("a token");
        let page = app.page(&format!("/reauthenticate?next={next}")).of(&ada).send().await;
        assert!(!page.html().contains("evil"), "{}", page.html());
    }
}

#[tokio::test]
async fn a_form_without_a_page_leads_to_the_question_all_the_same() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.clock.advance(11 * auth::MINUTE);
    let answer = app.form("/api/account/devices/end-others").of(&ada).fields(&[("sid", &ada.sid)]).send().await;
    assert_eq!(answer.leads_on(), "/reauthenticate");
    assert_eq!(app.open_page("/reauthenticate?next=/account").await.location(), "/login?next=/account");
}
