//! The texts of refused notes, which wait in flows: in rows that few clients can make, and that no other client reads.

use crate::answer::{Answer, assert_marked};
use crate::app::{ADA, BOB, PASSWORD, Person, TestApp};
use crate::ask::Ask;
use crate::limits::queue::behind_a_proxy;
use crate::sessions::anonymous_rows::{FLOWS, stores_no_flow};
use auth::{Clock, MINUTE, Throttle};
use cookie::time::Duration;

/// What of it can be kept as a note.
const HALF: &str = "half a thought";

/// A note that is refused, so that its text waits in a flow.
async fn refused_note(app: &TestApp, person: &Person) -> Answer {
    let body = format!("{HALF}\u{7}");
    let fields = [("body", body.as_str()), ("sid", &person.sid)];
    app.form("/api/notes/add").of(person).from("/notes").fields(&fields).send().await
}

/// A note that is refused, posted by a form from `address`.
fn refused_note_from<'a>(app: &'a TestApp, person: &Person, address: &str) -> Ask<'a> {
    let fields = [("body", "\u{7}"), ("sid", person.sid.as_str())];
    app.form("/api/notes/add").of(person).from("/notes").header("x-forwarded-for", address).fields(&fields)
}

#[tokio::test]
async fn a_note_without_a_genuine_cookie_stores_nothing() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let bob = app.post_sign_up(BOB, PASSWORD).await;
    let stranger = bob.cookie("device").expect("a device");
    let text = "x".repeat(50_000);
    for (path, fields) in [
        ("/api/notes/add", &[("body", text.as_str()), ("sid", ada.sid.as_str())][..]),
        ("/api/notes/edit", &[("body", &text), ("id", "x"), ("sid", &ada.sid)]),
    ] {
        stores_no_flow(&app, || app.form(path).from("/notes").fields(fields), stranger.value(), path).await;
    }
}

#[tokio::test]
async fn the_cookie_of_the_flow_is_marked_and_lives_half_an_hour() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        let secure = app.origin.starts_with("https:");
        let ada = app.sign_up(ADA).await;
        let cookie = refused_note(&app, &ada).await.cookie(&app.cookie_name("flow")).expect("a flow");
        assert_marked(&cookie, secure);
        assert_eq!(cookie.max_age(), Some(Duration::minutes(30)));
        let (id_hash, expires_at): (String, i64) =
            sqlx::query_as("SELECT id_hash, expires_at FROM flows").fetch_one(app.db.readers()).await.expect("a flow");
        assert!(!id_hash.contains(cookie.value()) && !cookie.value().contains(&id_hash), "the id is stored hashed");
        // `tower-sessions` takes the system's clock for this.
        let life = expires_at - Clock::System.now();
        assert!((29 * MINUTE..=30 * MINUTE).contains(&life), "{life}");
        let page = app.page("/notes").of(&ada).flow_cookie(&id_hash).send().await;
        assert!(!page.html().contains(HALF), "who reads the table takes nothing over");
    }
}

#[tokio::test]
async fn a_sign_in_destroys_the_flow_and_its_cookie() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        app.sign_up(ADA).await;
        let bob = app.sign_up(BOB).await;
        let planted = app.flow(&refused_note(&app, &bob).await).expect("a flow");
        let answers = [
            app.form("/api/auth/login").from("/login").flow_cookie(&planted),
            app.fetch("/api/auth/login").flow_cookie(&app.flow(&refused_note(&app, &bob).await).expect("a flow")),
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
        let page = app.page("/notes").of(&bob).flow_cookie(&planted).send().await;
        assert!(!page.html().contains(HALF));
    }
}

#[tokio::test]
async fn a_sign_up_destroys_it_too() {
    let app = TestApp::start().await;
    let bob = app.sign_up(BOB).await;
    let flow = app.flow(&refused_note(&app, &bob).await).expect("a flow");
    let fields = [("email", ADA), ("password", PASSWORD)];
    assert_eq!(app.fetch("/api/auth/signup").flow_cookie(&flow).fields(&fields).send().await.status, 200);
    assert_eq!(app.count("SELECT COUNT(*) FROM flows").await, 0);
}

#[tokio::test]
async fn a_client_does_not_choose_the_id_of_its_flow() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let chosen = "AAAAAAAAAAAAAAAAAAAAAA";
    let ask = app.form("/api/notes/add").of(&ada).from("/notes").flow_cookie(chosen).fields(&[("body", "")]);
    assert_ne!(ask.send().await.cookie("flow").expect("a flow").value(), chosen);
}

#[tokio::test]
async fn flows_are_counted_by_the_address_that_begins_them() {
    let app = TestApp::start_with(|config| {
        config.trusted_proxies = behind_a_proxy();
        config.auth.throttle = Throttle { free_per_address: 3, ..config.auth.throttle };
    })
    .await;
    app.sign_up(ADA).await;
    let post = async |person: &Person, address: &str| {
        let answer = refused_note_from(&app, person, address).send().await;
        assert!(answer.leads_on().starts_with("/notes?__path="), "it is refused alike: {answer:?}");
        app.count(FLOWS).await
    };
    let ada = app.sign_in(ADA).await;
    let mut rows = 0;
    for _ in 0..20 {
        rows = post(&ada, "2001:db8:0:1::1").await;
    }
    assert_eq!(rows, 4, "the one that begins the wait is the last");
    assert_eq!(post(&ada, "2001:db8:0:1::2").await, 4, "of one customer");
    assert_eq!(post(&ada, "2001:db8:0:2::1").await, 5);
    app.clock.advance(MINUTE);
    let ada = app.sign_in(ADA).await;
    assert_eq!(post(&ada, "2001:db8:0:1::1").await, 6, "one more a minute");
    assert_eq!(post(&ada, "2001:db8:0:1::1").await, 6);
}

#[tokio::test]
async fn one_browser_has_one_flow() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let flow = app.flow(&refused_note_from(&app, &ada, "192.0.2.1").send().await).expect("a flow");
    for _ in 0..5 {
        assert_eq!(refused_note_from(&app, &ada, "192.0.2.1").flow_cookie(&flow).send().await.status, 303);
    }
    assert_eq!(app.count(FLOWS).await, 1);
}

#[tokio::test]
async fn a_kept_text_is_cut_to_what_the_feature_keeps() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for (endpoint, session_ended) in [("add", false), ("edit", false), ("add", true)] {
        if session_ended {
            app.fetch("/api/auth/logout").of(&ada).send().await;
        }
        let body = "ä".repeat(10_000);
        let fields = [("body", body.as_str()), ("id", "x"), ("sid", &ada.sid)];
        app.form(&format!("/api/notes/{endpoint}")).of(&ada).from("/notes").fields(&fields).send().await;
        let longest = app.count("SELECT MAX(LENGTH(data)) FROM flows").await;
        assert!((4_000..4_200).contains(&longest), "{longest}");
    }
}

#[tokio::test]
async fn a_kept_text_has_the_id_of_a_note_or_none() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = "x".repeat(50_000);
    let fields = [("id", id.as_str()), ("version", "1"), ("body", "half a thought"), ("sid", &ada.sid)];
    let answer = app.form("/api/notes/edit").of(&ada).from("/notes").fields(&fields).send().await;
    assert!(answer.leads_on().starts_with("/notes?__path="), "{answer:?}");
    assert_eq!(app.count(FLOWS).await, 1);
    assert!(app.count("SELECT CAST(MAX(LENGTH(data)) AS BIGINT) FROM flows").await < 1_000);
}
