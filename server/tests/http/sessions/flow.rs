//! Flows and flashes: what survives between two requests of someone who is not signed in.

use crate::answer::{Answer, assert_marked};
use crate::app::{ADA, BOB, PASSWORD, TestApp, WRONG_PASSWORD};
use cookie::time::Duration;

/// A sign-in that is refused.
async fn refused(app: &TestApp, email: &str) -> Answer {
    let fields = [("email", email), ("password", WRONG_PASSWORD)];
    app.form("/api/auth/login").from("/login").fields(&fields).send().await
}

#[tokio::test]
async fn a_refused_address_comes_back_once_and_the_password_never() {
    let app = TestApp::start().await;
    let answer = refused(&app, "Someone+x@Example.com").await;
    let flow = app.flow(&answer).expect("a flow");
    let page = app.page(answer.leads_on()).flow_cookie(&flow).send().await;
    assert!(page.html().contains(r#"value="Someone+x@Example.com""#), "{}", page.html());
    assert!(!page.html().contains("wrong horse"));
    assert_eq!(page.cookie("flash").and_then(|cookie| cookie.max_age()), Some(Duration::ZERO), "shown once");
    let answer = refused(&app, "Someone+x@Example.com").await;
    assert!(!app.open_page(answer.leads_on()).await.html().contains("Someone+x"), "to nobody else");
}

#[tokio::test]
async fn a_tick_in_a_refused_form_comes_back_once() {
    let app = TestApp::start().await;
    let fields = [("email", ADA), ("password", WRONG_PASSWORD), ("remember", "true")];
    let answer = app.form("/api/auth/login").from("/login").fields(&fields).send().await;
    let flow = app.flow(&answer).expect("a flow");
    let page = app.page(answer.leads_on()).flow_cookie(&flow).send().await;
    assert!(page.html().contains(" checked"));
    assert_eq!(page.cookie("flash").and_then(|cookie| cookie.max_age()), Some(Duration::ZERO), "once");
}

#[tokio::test]
async fn a_refused_address_is_text() {
    let app = TestApp::start().await;
    let answer = refused(&app, r#""><script>alert(1)</script>"#).await;
    let page = app.page(answer.leads_on()).flow_cookie(&app.flow(&answer).expect("a flow")).send().await;
    assert!(page.html().contains("alert(1)") && !page.html().contains("<script>alert"), "{}", page.html());
    let answer = refused(&app, &"ä".repeat(5_000)).await;
    let flow = app.flow(&answer).expect("a flow");
    let cookie = answer.cookie("flash").expect("a cookie");
    assert!(cookie.name().len() + cookie.value().len() <= 4_096, "a browser takes it");
    assert_eq!(app.page(answer.leads_on()).flow_cookie(&flow).send().await.status, 200);
}

#[tokio::test]
async fn a_fetch_keeps_its_address_itself() {
    let app = TestApp::start().await;
    let answer = app.post_login(ADA, WRONG_PASSWORD).await;
    assert!(answer.cookies().is_empty());
    assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0);
}

#[tokio::test]
async fn a_message_is_shown_exactly_once() {
    // Between tags, because they also stand in what hydration reads.
    const WORDS: &str = ">You have signed out.<";
    let app = TestApp::start().await;
    let shown = async |ask: crate::ask::Ask<'_>| ask.send().await.html().matches(WORDS).count();
    let ada = app.sign_up(ADA).await;
    let by_form = app.form("/api/auth/logout").of(&ada).from("/account").fields(&[]).send().await;
    let ada = app.sign_in(ADA).await;
    let by_fetch = app.fetch("/api/auth/logout").of(&ada).bearer(&ada.bearer).send().await;
    for answer in [by_form, by_fetch] {
        let flow = app.flow(&answer).expect("a flow");
        assert_eq!(shown(app.page("/")).await, 0, "to nobody else");
        let page = app.page("/").flow_cookie(&flow).send().await;
        assert_eq!(page.html().matches(WORDS).count(), 1);
        assert_eq!(page.cookie("flash").and_then(|cookie| cookie.max_age()), Some(Duration::ZERO));
    }
}

#[tokio::test]
async fn the_cookie_is_marked_and_lives_half_an_hour() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        let secure = app.origin.starts_with("https:");
        let cookie = refused(&app, ADA).await.cookie(&app.cookie_name("flash")).expect("a flash");
        assert_marked(&cookie, secure);
        assert_eq!(cookie.max_age(), Some(Duration::minutes(30)));
    }
}

#[tokio::test]
async fn a_flow_that_is_over_or_unknown_is_empty() {
    let app = TestApp::start().await;
    for id in ["", "garbage", "AAAAAAAAAAAAAAAAAAAAAA", "%00", "a=b"] {
        let page = app.page("/login").flow_cookie(id).send().await;
        assert_eq!(page.status, 200, "{id}");
    }
    let flow = app.flow(&refused(&app, ADA).await).expect("a flow");
    app.clock.advance(3650 * auth::DAY);
    let page = app.page("/login").flow_cookie(&flow).send().await;
    assert_eq!((page.status, page.html().contains(ADA)), (200, false));
}

#[tokio::test]
async fn a_sign_in_destroys_the_flash_of_before() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let planted = app.flow(&refused(&app, BOB).await).expect("a flash");
    let ask = app.form("/api/auth/login").from("/login").flow_cookie(&planted);
    let answer = ask.fields(&[("email", ADA), ("password", PASSWORD)]).send().await;
    assert!(app.refresh_token(&answer).is_some());
    assert_eq!(answer.cookie("flash").and_then(|cookie| cookie.max_age()), Some(Duration::ZERO));
}
