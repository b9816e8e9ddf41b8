//! `/forgot-password` and `/reset-password`.

use crate::answer::{Answer, assert_marked};
use crate::app::{ADA, BOB, NEW_PASSWORD, PASSWORD, TestApp};
use crate::links::tokens::token;
use auth::MINUTE;

async fn forget(app: &TestApp, email: &str) -> Answer {
    app.fetch("/api/auth/forgot-password").fields(&[("email", email)]).send().await
}

/// Asks for the `n`th link and gives it.
async fn link(app: &TestApp, n: usize) -> String {
    assert_eq!(forget(app, ADA).await.status, 200);
    app.mailed_links(ADA, "/reset-password", n).await.swap_remove(0)
}

async fn reset(app: &TestApp, link: &str, password: &str) -> Answer {
    app.fetch("/api/auth/reset-password").fields(&[("token", token(link)), ("password", password)]).send().await
}

#[tokio::test]
async fn a_forgotten_password_is_replaced() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let link = link(&app, 1).await;
    // A scanner of mail opens it, too.
    for _ in 0..2 {
        let page = app.open_page(&link).await;
        assert_eq!(page.status, 200);
        assert!(page.html().contains(ADA) && page.html().contains("Set new password"), "{}", page.html());
        assert!(page.html().contains(&format!(r#"name="token" value="{}""#, token(&link))), "{}", page.html());
    }
    let answer = reset(&app, &link, NEW_PASSWORD).await;
    assert_eq!((answer.status, answer.text()), (200, "null"));
    assert!(app.refresh_token(&answer).is_none(), "nobody is signed in by it");
    app.me(&ada.bearer).await.is_refused(401, "unauthenticated");
    app.renew(&ada.refresh).await.is_refused(401, "unauthenticated");
    app.post_login(ADA, PASSWORD).await.is_refused(401, "invalid_credentials");
    let answer = app.post_login(ADA, NEW_PASSWORD).await;
    let me = app.me(&app.person(&answer).bearer).await;
    assert_eq!(me.json()["verified"], true, "who has the link has the mail");
    app.mail_page(ADA, "Your password was reset").await;
}

#[tokio::test]
async fn it_works_by_forms_alone() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    assert!(app.open_page("/login").await.html().contains(r#"href="/forgot-password""#));
    let asked = app.form("/api/auth/forgot-password").from("/forgot-password").fields(&[("email", ADA)]).send().await;
    assert_eq!(asked.leads_on(), "/forgot-password/sent");
    assert!(app.open_page("/forgot-password/sent").await.html().contains("Check your mail"));
    let link = app.mailed_link(ADA, "/reset-password").await;
    let page = app.open_page(&link).await;
    let back = format!(r#"name="back" value="{link}""#);
    assert!(page.html().contains(&back), "the form says where it is: {}", page.html());

    let post = |password| {
        let fields = [("token", token(&link)), ("password", password), ("back", &link)];
        app.form("/api/auth/reset-password").fields(&fields).send()
    };
    let refused = post("short").await;
    assert!(refused.leads_on().starts_with(&format!("{link}&__path=")), "{refused:?}");
    let page = app.open_page(refused.leads_on()).await;
    assert!(page.html().contains("Use at least 12 characters."), "{}", page.html());
    assert!(page.html().contains(&back), "without the error: {}", page.html());

    let answer = post(NEW_PASSWORD).await;
    assert_eq!(answer.leads_on(), "/login");
    let flow = app.flow(&answer).expect("a flow");
    let login = app.page("/login").flow_cookie(&flow).send().await;
    assert!(login.html().contains("Your new password is set. Sign in with it."), "{}", login.html());

    let again = post(NEW_PASSWORD).await;
    let page = app.open_page(again.leads_on()).await;
    assert!(page.html().contains("This link has been used already."), "{}", page.html());
}

#[tokio::test]
async fn a_refused_address_comes_back_in_its_form() {
    let app = TestApp::start().await;
    let post = app.form("/api/auth/forgot-password").from("/forgot-password").fields(&[("email", "ada")]);
    let refused = post.send().await;
    let flow = app.flow(&refused).expect("a flow");
    let page = app.page(refused.leads_on()).flow_cookie(&flow).send().await;
    assert!(page.html().contains("This is not an e-mail address."), "{}", page.html());
    assert!(page.html().contains(r#"value="ada""#), "{}", page.html());
}

/// Everything of an answer that its asker sees, but for what differs from request to request.
fn seen(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "date", "content-security-policy"].contains(&name.as_str()));
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    (answer.status, answer.text().to_owned(), headers)
}

#[tokio::test]
async fn the_answer_does_not_tell_who_has_an_account() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let form = |email: &'static str| {
        app.form("/api/auth/forgot-password").from("/forgot-password").fields(&[("email", email)]).send()
    };
    assert_eq!(seen(&form(BOB).await), seen(&form(ADA).await));
    app.mailed_link(ADA, "/reset-password").await;
    app.clock.advance(2 * MINUTE);
    assert_eq!(seen(&forget(&app, BOB).await), seen(&forget(&app, ADA).await));
    app.mailed_links(ADA, "/reset-password", 2).await;
    assert!(app.subjects_to(BOB).await.is_empty());
}

#[tokio::test]
async fn a_link_that_does_nothing_says_why_and_offers_another() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let superseded = link(&app, 1).await;
    app.clock.advance(2 * MINUTE);
    let used = link(&app, 2).await;
    reset(&app, &used, NEW_PASSWORD).await;
    app.clock.advance(2 * MINUTE);
    let expired = link(&app, 3).await;
    app.clock.advance(10 * MINUTE);
    let verification = app.mailed_link(ADA, "/verify-email").await;
    let of_another_purpose = format!("/reset-password?token={}", token(&verification));
    for (link, error, sentence) in [
        (used.as_str(), "link_used", "This link has been used already."),
        (&superseded, "link_superseded", "This link no longer counts"),
        (&expired, "link_expired", "This link has expired."),
        (&of_another_purpose, "link_unknown", "This is not a link of ours"),
        ("/reset-password?token=garbage", "link_unknown", "This is not a link of ours"),
        ("/reset-password?token=", "link_unknown", "This is not a link of ours"),
    ] {
        let page = app.open_page(link).await;
        assert!(page.html().contains(sentence), "{error}: {}", page.html());
        assert!(page.html().contains("Ask for a new link") && !page.html().contains("Set new password"), "{error}");
        reset(&app, link, "kettle gravel otter 78").await.is_refused(410, error);
        let look = [("purpose", "reset_password"), ("token", token(link))];
        app.fetch("/api/auth/look-at-link").fields(&look).send().await.is_refused(410, error);
    }
    let page = app.open_page("/reset-password").await;
    assert!(page.html().contains("This is not a link of ours"), "{}", page.html());
    assert_eq!(app.post_login(ADA, NEW_PASSWORD).await.status, 200, "only the first of them did anything");
}

#[tokio::test]
async fn the_new_password_is_judged() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let link = link(&app, 1).await;
    for (password, error) in [("short", "too_short"), (ADA, "from_address"), ("aaaaaaaaaaaaaaaa", "guessable")] {
        let answer = reset(&app, &link, password).await;
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"]["password"]["error"], error);
    }
    assert_eq!(reset(&app, &link, NEW_PASSWORD).await.status, 200, "a refused password uses nothing up");
}

#[tokio::test]
async fn a_signed_in_person_may_have_forgotten_it_too() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ["/forgot-password", "/forgot-password/sent", "/reset-password?token=x"] {
        let page = app.open_page_as(&ada, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.html().contains("Sign out"), "{path}");
    }
}

#[tokio::test]
async fn the_browser_that_used_a_link_is_known_to_the_account() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let rows = "SELECT COUNT(*) FROM known_devices";
    for (number, is_form) in [(1, false), (2, true)] {
        app.clock.advance(60 * MINUTE);
        let link = link(&app, number).await;
        let fields = [("token", token(&link)), ("password", NEW_PASSWORD)];
        let ask = if is_form { app.form("/api/auth/reset-password") } else { app.fetch("/api/auth/reset-password") };
        let answer = ask.fields(&fields).send().await;
        let cookie = answer.cookie("device").expect("a device cookie");
        assert_marked(&cookie, false);
        assert!(app.refresh_token(&answer).is_none(), "nobody is signed in");
        assert_eq!(app.count(rows).await, 1, "and no other");
    }
    app.clock.advance(60 * MINUTE);
    let link = link(&app, 3).await;
    let answer = app.native("/api/auth/reset-password").fields(&[("token", token(&link)), ("password", NEW_PASSWORD)]);
    let answer = answer.send().await;
    assert_eq!((answer.status, answer.cookies().len()), (200, 0));
    assert_eq!(app.count(rows).await, 0, "a client that is no browser is no device");
}
