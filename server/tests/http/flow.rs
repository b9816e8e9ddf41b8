//! Flows: what survives between two requests of someone who is not signed in.

use crate::answer::{Answer, assert_marked};
use crate::app::{ADA, BOB, PASSWORD, TestApp};
use auth::{Clock, MINUTE};
use cookie::time::Duration;

/// A sign-in that is refused.
async fn refused(app: &TestApp, email: &str) -> Answer {
    let fields = [("email", email), ("password", "wrong horse battery")];
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
    let page = app.page(answer.leads_on()).flow_cookie(&flow).send().await;
    assert!(!page.html().contains("Someone+x"), "shown once");
    let answer = refused(&app, "Someone+x@Example.com").await;
    assert!(!app.open_page(answer.leads_on()).await.html().contains("Someone+x"), "to nobody else");
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT data FROM flows").fetch_all(app.db.readers()).await.expect("flows");
    assert!(rows.iter().all(|(data,)| !data.contains("wrong horse")), "{rows:?}");
}

#[tokio::test]
async fn a_tick_in_a_refused_form_comes_back_once() {
    let app = TestApp::start().await;
    let fields = [("email", "ada@example.com"), ("password", "wrong horse battery"), ("remember", "true")];
    let answer = app.form("/api/auth/login").from("/login").fields(&fields).send().await;
    let flow = app.flow(&answer).expect("a flow");
    let is_ticked = async |path: &str| app.page(path).flow_cookie(&flow).send().await.html().contains(" checked");
    assert!(is_ticked(answer.leads_on()).await);
    assert!(!is_ticked("/login").await, "once");
}

#[tokio::test]
async fn a_refused_address_is_text() {
    let app = TestApp::start().await;
    let answer = refused(&app, r#""><script>alert(1)</script>"#).await;
    let page = app.page(answer.leads_on()).flow_cookie(&app.flow(&answer).expect("a flow")).send().await;
    assert!(page.html().contains("alert(1)") && !page.html().contains("<script>alert"), "{}", page.html());
    let answer = refused(&app, &"ä".repeat(5_000)).await;
    let flow = app.flow(&answer).expect("a flow");
    let (longest,): (i64,) =
        sqlx::query_as("SELECT MAX(LENGTH(data)) FROM flows").fetch_one(app.db.readers()).await.expect("a length");
    assert!(longest < 2000, "{longest}");
    assert_eq!(app.page(answer.leads_on()).flow_cookie(&flow).send().await.status, 200);
}

#[tokio::test]
async fn a_fetch_keeps_its_address_itself() {
    let app = TestApp::start().await;
    let answer = app.post_login(ADA, "wrong horse battery").await;
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
        assert_eq!(shown(app.page("/").flow_cookie(&flow)).await, 1);
        assert_eq!(shown(app.page("/").flow_cookie(&flow)).await, 0);
    }
}

#[tokio::test]
async fn the_cookie_is_marked_and_lives_half_an_hour() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        let secure = app.origin.starts_with("https:");
        let answer = refused(&app, ADA).await;
        let cookie = answer.cookie(&app.cookie_name("flow")).expect("a flow");
        assert_marked(&cookie, secure);
        assert_eq!(cookie.max_age(), Some(Duration::minutes(30)));
        let (id_hash, expires_at): (String, i64) =
            sqlx::query_as("SELECT id_hash, expires_at FROM flows").fetch_one(app.db.readers()).await.expect("a flow");
        assert!(!id_hash.contains(cookie.value()) && !cookie.value().contains(&id_hash), "the id is stored hashed");
        // `tower-sessions` takes the system's clock for this.
        let life = expires_at - Clock::System.now();
        assert!((29 * MINUTE..=30 * MINUTE).contains(&life), "{life}");
        let page = app.page("/login").flow_cookie(&id_hash).send().await;
        assert!(!page.html().contains(ADA), "who reads the table takes nothing over");
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
async fn a_sign_in_destroys_the_flow_and_its_cookie() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        app.sign_up(ADA).await;
        let planted = app.flow(&refused(&app, BOB).await).expect("a flow");
        let answers = [
            app.form("/api/auth/login").from("/login").flow_cookie(&planted),
            app.fetch("/api/auth/login").flow_cookie(&app.flow(&refused(&app, BOB).await).expect("a flow")),
        ];
        for ask in answers {
            let answer = ask.fields(&[("email", ADA), ("password", PASSWORD)]).send().await;
            assert!(app.refresh_token(&answer).is_some());
            let cookie = answer.cookie(&app.cookie_name("flow")).expect("it is removed");
            assert_eq!(cookie.max_age(), Some(Duration::ZERO));
            // A browser ignores what would remove a `__Host-` cookie unless it is marked like one.
            assert_eq!(cookie.secure().unwrap_or(false), app.origin.starts_with("https:"), "{cookie}");
            assert_eq!(cookie.path(), Some("/"));
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0);
        let page = app.page("/login").flow_cookie(&planted).send().await;
        assert!(!page.html().contains(BOB));
    }
}

#[tokio::test]
async fn a_sign_up_destroys_it_too() {
    let app = TestApp::start().await;
    let flow = app.flow(&refused(&app, BOB).await).expect("a flow");
    let fields = [("email", ADA), ("password", PASSWORD)];
    assert_eq!(app.fetch("/api/auth/signup").flow_cookie(&flow).fields(&fields).send().await.status, 200);
    assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0);
}

#[tokio::test]
async fn a_client_does_not_choose_the_id_of_its_flow() {
    let app = TestApp::start().await;
    let fields = [("email", ADA), ("password", "wrong horse battery")];
    let chosen = "AAAAAAAAAAAAAAAAAAAAAA";
    let ask = app.form("/api/auth/login").from("/login").flow_cookie(chosen).fields(&fields);
    assert_ne!(app.flow(&ask.send().await).expect("a flow"), chosen);
}
