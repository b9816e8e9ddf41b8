//! A client that is not signed in stores no flow, and one that is stores few.

use crate::app::{ADA, BOB, PASSWORD, Person, TestApp};
use crate::ask::Ask;
use crate::limits::queue::behind_a_proxy;
use auth::{MINUTE, Throttle};

const FLOWS: &str = "SELECT COUNT(*) FROM flows";

/// A note that is refused, posted by a form from `address`.
fn refused_note<'a>(app: &'a TestApp, person: &Person, address: &str) -> Ask<'a> {
    let fields = [("body", "\u{7}"), ("sid", person.sid.as_str())];
    app.form("/api/notes/add").of(person).from("/notes").header("x-forwarded-for", address).fields(&fields)
}

#[tokio::test]
async fn a_form_without_a_genuine_cookie_stores_nothing() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let bob = app.post_sign_up(BOB, PASSWORD).await;
    let stranger = bob.cookie("device").expect("a device");
    let text = "x".repeat(50_000);
    for (path, fields) in [
        ("/api/notes/add", &[("body", text.as_str()), ("sid", ada.sid.as_str())][..]),
        ("/api/notes/edit", &[("body", &text), ("id", "x"), ("sid", &ada.sid)]),
        ("/api/account/name", &[("display_name", "x"), ("sid", &ada.sid)]),
        ("/api/auth/change-email", &[("email", "x@example.com"), ("sid", &ada.sid)]),
        ("/api/auth/login", &[("email", ADA), ("password", "wrong horse battery"), ("remember", "true")]),
        ("/api/auth/signup", &[("email", ADA), ("password", PASSWORD)]),
        ("/api/auth/forgot-password", &[("email", "x")]),
        ("/api/auth/logout", &[]),
    ] {
        let form = || app.form(path).from("/notes").fields(fields);
        for ask in [
            form(),
            form().refresh_cookie("garbage"),
            form().flow_cookie("AAAAAAAAAAAAAAAAAAAAAA"),
            form().device_cookie("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            form().device_cookie(stranger.value()),
        ] {
            assert_eq!(ask.send().await.status, 303, "{path}");
        }
        assert_eq!(app.count(FLOWS).await, 0, "{path}");
    }
    app.fetch("/api/auth/logout").refresh_cookie("garbage").send().await;
    assert_eq!(app.count(FLOWS).await, 0);
}

#[tokio::test]
async fn a_throttled_sign_in_stores_no_flow_and_keeps_the_address() {
    let app = TestApp::start_with(|config| {
        config.auth.throttle = Throttle { free_per_account: 3, ..config.auth.throttle };
    })
    .await;
    let sign_in = || app.form("/api/auth/login").from("/login").fields(&[("email", ADA), ("password", "x")]);
    let mut answer = sign_in().send().await;
    for _ in 0..6 {
        answer = sign_in().send().await;
    }
    let page = app.page(answer.leads_on()).flow_cookie(&app.flow(&answer).expect("a flash")).send().await;
    assert!(page.html().contains("Too many tries.") && page.html().contains(ADA), "{page:?}");
    assert_eq!(app.count(FLOWS).await, 0);
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
        let answer = refused_note(&app, person, address).send().await;
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
    let flow = app.flow(&refused_note(&app, &ada, "192.0.2.1").send().await).expect("a flow");
    for _ in 0..5 {
        assert_eq!(refused_note(&app, &ada, "192.0.2.1").flow_cookie(&flow).send().await.status, 303);
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
