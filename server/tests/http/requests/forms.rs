//! Forms posted without JavaScript: every answer is a redirect.

use crate::answer::{Answer, assert_marked};
use crate::app::{ADA, BOB, PASSWORD, TestApp, WRONG_PASSWORD};

async fn post_login_form(app: &TestApp, from: &str, password: &str) -> Answer {
    app.form("/api/auth/login").from(from).fields(&[("email", ADA), ("password", password)]).send().await
}

/// How many times `what` stands in `text`.
fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[tokio::test]
async fn signing_up_in_and_out_leads_to_the_next_page() {
    let app = TestApp::start_on_https().await;
    let fields = [("email", ADA), ("password", PASSWORD)];
    let up = app.form("/api/auth/signup").from("/signup").fields(&fields).send().await;
    assert_eq!(up.leads_on(), "/account");
    let fields = [("email", ADA), ("password", PASSWORD), ("remember", "true"), ("next", "/account/devices")];
    let signed_in = app.form("/api/auth/login").from("/login?next=/account/devices").fields(&fields).send().await;
    assert_eq!(signed_in.leads_on(), "/account/devices");
    assert!(signed_in.cookie("__Host-refresh").is_some_and(|cookie| cookie.max_age().is_some()));
    for answer in [&up, &signed_in] {
        assert_marked(&answer.cookie("__Host-refresh").expect("a cookie"), true);
        assert!(!answer.holds_jwt(), "no access token for nobody: {answer:?}");
    }
    let token = app.refresh_token(&signed_in).expect("a token");
    let page = app.page("/account/devices").refresh_cookie(&token).send().await;
    assert_eq!(page.status, 200);
    assert!(page.html().contains(ADA));
    let out = app.form("/api/auth/logout").from("/account/devices").refresh_cookie(&token).fields(&[]).send().await;
    assert_eq!(out.leads_on(), "/");
    let cleared = out.cookie("__Host-refresh").expect("a cookie");
    assert_marked(&cleared, true);
    assert_eq!(cleared.max_age(), Some(cookie::time::Duration::ZERO));
    assert_eq!(app.page("/account/devices").refresh_cookie(&token).send().await.status, 302);
}

#[tokio::test]
async fn a_refused_form_comes_back_with_one_error() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let mut page = "/login?next=/account/devices".to_owned();
    for _ in 0..3 {
        let answer = post_login_form(&app, &page, WRONG_PASSWORD).await;
        assert!(answer.cookie("refresh").is_none());
        answer.leads_on().clone_into(&mut page);
        assert_eq!((count(&page, "__path="), count(&page, "__err=")), (1, 1), "{page}");
        assert!(page.starts_with("/login?next=/account/devices&__path="), "{page}");
        for secret in ["kettle", "ada", "example.com"] {
            assert!(!page.contains(secret), "{page}");
        }
        let html = app.open_page(&page).await;
        assert_eq!((html.status, count(html.html(), "The address or the password is not right.")), (200, 1));
    }
    // The next form on the same page is told something else.
    let answer = app.form("/api/auth/login").from(&page).raw_fields(b"email=%ff").send().await;
    let html = app.open_page(answer.leads_on()).await;
    assert_eq!(count(html.html(), "The address or the password is not right."), 0);
    assert_eq!(count(html.html(), "The request could not be understood."), 1);
    assert_eq!(post_login_form(&app, &page, PASSWORD).await.leads_on(), "/account");
}

#[tokio::test]
async fn where_a_form_came_from_is_known_or_it_is_the_first_page() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let ask = || app.form("/api/auth/login").fields(&[("email", ADA), ("password", WRONG_PASSWORD)]);
    let origin = &app.origin;
    for referer in [
        "https://evil.example/login".to_owned(),
        "about:blank".to_owned(),
        "not a URL".to_owned(),
        "http://127.0.0.1/login".to_owned(),
        format!("{origin}//evil.example/"),
        format!("{origin}.evil.example/login"),
        format!("{origin}@evil.example/login"),
    ] {
        let answer = ask().header("referer", &referer).send().await;
        assert!(answer.leads_on().starts_with("/?__path="), "{referer}: {}", answer.location());
    }
    let answer = ask().send().await;
    assert!(answer.leads_on().starts_with("/?__path="), "{answer:?}");
    assert_eq!((count(answer.location(), "__path="), count(answer.location(), "__err=")), (1, 1));
    let answer = ask().header("referer", &format!("{origin}/login#fragment")).send().await;
    assert!(answer.leads_on().starts_with("/login?__path="), "{answer:?}");
    assert!(!answer.location().contains('#'));
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for (email, password, sentence) in [
        (ADA, PASSWORD, "This address already has an account."),
        ("bob", PASSWORD, "This is not an e-mail address."),
        (BOB, "short", "Use at least 12 characters."),
    ] {
        let fields = [("email", email), ("password", password)];
        let answer = app.form("/api/auth/signup").from("/signup").fields(&fields).send().await;
        let page = app.open_page(answer.leads_on()).await;
        assert_eq!((page.status, count(page.html(), sentence)), (200, 1), "{sentence}");
        assert!(page.html().contains(r#"aria-invalid="true""#));
    }
}

#[tokio::test]
async fn an_error_in_an_address_cannot_be_made_to_say_anything() {
    let app = TestApp::start().await;
    for error in [
        "eyJlcnJvciI6IkNhbGwgNTU1LTAxMDAifQ",
        "eyJlcnJvciI6InVuYXV0aGVudGljYXRlZCIsIm1lc3NhZ2UiOiJDYWxsIDU1NS0wMTAwIn0",
        "Call%20555-0100",
        "%ff",
        "",
    ] {
        let page = app.open_page(&format!("/login?__path=%2Fapi%2Fauth%2Flogin&__err={error}")).await;
        assert_eq!(page.status, 200, "{error}");
        assert!(!page.html().contains("555-0100"), "{error}");
    }
}

#[tokio::test]
async fn a_form_rotates_the_cookie_as_a_renewal_does() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let answer = app
        .form("/api/account/name")
        .of(&ada)
        .from("/account/devices")
        .fields(&[("display_name", "milk")])
        .send()
        .await;
    assert_eq!(answer.leads_on(), "/account");
    assert_eq!(app.session(&ada.sid).await, (1, None));
    let cookie = answer.cookie("refresh").expect("a cookie");
    assert_marked(&cookie, false);
    assert_ne!(cookie.value(), ada.refresh);
    let page = app.page("/account").refresh_cookie(cookie.value()).send().await;
    assert!(page.html().contains("milk"));
    // A refused one rotates it, too, and its cookie comes with the redirect.
    let answer = app
        .form("/api/account/name")
        .refresh_cookie(cookie.value())
        .from("/account/devices")
        .fields(&[("display_name", "\u{7}")]);
    let answer = answer.send().await;
    assert!(answer.leads_on().starts_with("/account/devices?__path="));
    assert!(answer.cookie("refresh").is_some());
    assert_eq!(app.session(&ada.sid).await, (2, None));
}

#[tokio::test]
async fn a_renewal_posted_as_a_form_mints_no_access_token() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let answer = app.form("/api/auth/refresh").of(&ada).from("/account").fields(&[]).send().await;
    assert_eq!(answer.leads_on(), "/account");
    assert!(app.refresh_token(&answer).is_some_and(|token| token != ada.refresh));
    assert!(!answer.holds_jwt(), "{answer:?}");
    let answer = app.form("/api/auth/me").refresh_cookie("garbage").from("/account").fields(&[]).send().await;
    assert_eq!(answer.leads_on(), "/login?next=/account");
}

#[tokio::test]
async fn a_form_whose_answer_was_lost_may_be_sent_again() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let ask = || app.form("/api/account/name").of(&ada).from("/account/devices").fields(&[("display_name", "milk")]);
    let (first, again) = (ask().send().await, ask().send().await);
    assert_eq!((first.leads_on(), again.leads_on()), ("/account", "/account"));
    assert_eq!(app.refresh_token(&first), app.refresh_token(&again));
    assert_eq!(app.session(&ada.sid).await, (1, None));
}

#[tokio::test]
async fn a_browser_that_says_no_fetch_mode_is_taken_by_what_it_accepts() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", PASSWORD)];
    let form = || app.form("/api/auth/login").without("sec-fetch-mode").without("sec-fetch-site").fields(&fields);
    assert_eq!(form().send().await.leads_on(), "/account");
    let fetch = form().header("accept", "application/json").send().await;
    assert_eq!(fetch.status, 200);
    assert!(fetch.json()["access_token"].is_string());
}

#[tokio::test]
async fn where_a_form_says_it_is_must_be_here() {
    let app = TestApp::start().await;
    for back in ["//evil.example", "/.//evil.example", "/%2e%2e//evil.example/login", "/a/..//evil.example?x"] {
        let fields = [("email", ADA), ("password", WRONG_PASSWORD), ("back", back)];
        let answer = app.form("/api/auth/login").fields(&fields).send().await;
        assert!(answer.leads_on().starts_with("/?__path="), "{back}: {}", answer.location());
    }
}
