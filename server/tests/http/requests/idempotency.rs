//! Forms that are sent twice: a second press of a button, or an answer that was lost.

use crate::answer::Answer;
use crate::app::{ADA, BOB, NEW_PASSWORD, PASSWORD, Person, TestApp};
use crate::links::tokens::token;
use app::SITE;
use app::features::account::DownloadData;
use auth::{MINUTE, SECOND};
use futures::future::join_all;
use leptos::server_fn::ServerFn;
use platform::site::Audience;

const KEY: (&str, &str) = ("idempotency_key", "0190-a");

/// Presses the button of a form without JavaScript four times; gives the answers.
async fn press_four_times(app: &TestApp, person: Option<&Person>, path: &str, fields: &[(&str, &str)]) -> Vec<Answer> {
    let fields = [fields, &[KEY]].concat();
    join_all((0..4).map(|_| {
        let form = app.form(path).from("/").fields(&fields);
        person.map_or(form.clone(), |person| form.of(person)).send()
    }))
    .await
}

async fn set_name(app: &TestApp, person: &Person, name: &str, key: &str) -> Answer {
    let fields = [("display_name", name), ("idempotency_key", key)];
    app.fetch("/api/account/name").bearer(&person.bearer).fields(&fields).send().await
}

#[tokio::test]
async fn a_form_whose_button_is_pressed_four_times_writes_once() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for answer in
        press_four_times(&app, Some(&ada), "/api/account/name", &[("display_name", "milk"), ("sid", &ada.sid)]).await
    {
        assert_eq!(answer.leads_on(), "/account");
    }
    assert_eq!(app.name(&ada).await, ("milk".into(), 1));
}

#[tokio::test]
async fn a_sign_up_whose_button_is_pressed_four_times_makes_one_account_and_one_session() {
    let app = TestApp::start().await;
    let answers = press_four_times(&app, None, "/api/auth/signup", &[("email", ADA), ("password", PASSWORD)]).await;
    for answer in &answers {
        assert_eq!(answer.leads_on(), "/account");
        let token = app.refresh_token(answer).expect("a token");
        let page = app.page("/account").refresh_cookie(&token).send().await;
        assert!(page.html().contains(ADA), "{}", page.html());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM events WHERE kind = 'signed_up'").await, 1);
}

#[tokio::test]
async fn a_sign_in_whose_button_is_pressed_four_times_begins_one_session() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for answer in press_four_times(&app, None, "/api/auth/login", &[("email", ADA), ("password", PASSWORD)]).await {
        assert_eq!(answer.leads_on(), "/account");
        assert!(app.refresh_token(&answer).is_some());
    }
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await,
        2,
        "the sign-up's and one more"
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM known_devices").await, 2);
}

#[tokio::test]
async fn a_form_that_replaces_the_session_may_be_sent_twice() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD), ("sid", &ada.sid)];
    for answer in press_four_times(&app, Some(&ada), "/api/account/password", &fields).await {
        assert!(answer.leads_on().starts_with("/account"), "{answer:?}");
        let token = app.refresh_token(&answer).expect("a token");
        assert_eq!(app.page("/account").refresh_cookie(&token).send().await.status, 200);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 1);
}

#[tokio::test]
async fn a_form_that_deletes_its_account_may_be_sent_twice() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("confirmation", ADA), ("sid", &ada.sid)];
    for answer in press_four_times(&app, Some(&ada), "/api/account/delete", &fields).await {
        assert_eq!(answer.leads_on(), "/");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
}

#[tokio::test]
async fn a_mailed_link_whose_form_is_sent_twice_has_not_been_used_already() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    app.fetch("/api/auth/forgot-password").fields(&[("email", ADA)]).send().await;
    let link = app.mailed_link(ADA, "/reset-password").await;
    let fields = [("token", token(&link)), ("password", NEW_PASSWORD)];
    for answer in press_four_times(&app, None, "/api/auth/reset-password", &fields).await {
        assert!(!answer.leads_on().contains("__err"), "{answer:?}");
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_is_given_again_for_ten_minutes() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let first = set_name(&app, &ada, "milk", "a").await;
    app.clock.advance(9 * MINUTE);
    let again = set_name(&app, &ada, "milk", "a").await;
    assert_eq!((again.status, again.json()), (200, first.json()));
    assert_eq!(app.name(&ada).await, ("milk".into(), 1));
    let ada = app.later(&ada).await;
    set_name(&app, &ada, "milk", "a").await;
    assert_eq!(app.name(&ada).await, ("milk".into(), 2), "by now it is another write");
}

#[tokio::test]
async fn a_token_is_given_again_for_thirty_seconds() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", PASSWORD), KEY];
    let first = app.fetch("/api/auth/login").fields(&fields).send().await;
    app.clock.advance(29 * SECOND);
    let again = app.fetch("/api/auth/login").fields(&fields).send().await;
    assert_eq!(app.refresh_token(&again), app.refresh_token(&first));
    app.clock.advance(2 * SECOND);
    let late = app.fetch("/api/auth/login").fields(&fields).send().await;
    assert_ne!(app.refresh_token(&late), app.refresh_token(&first));
}

#[tokio::test]
async fn another_text_another_key_or_no_key_is_another_write() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    set_name(&app, &ada, "milk", "a").await;
    set_name(&app, &ada, "bread", "a").await;
    set_name(&app, &ada, "milk", "b").await;
    app.set_name(&ada, "milk").await;
    app.set_name(&ada, "milk").await;
    assert_eq!(app.name(&ada).await, ("milk".into(), 5));
}

#[tokio::test]
async fn what_another_person_sent_is_not_answered() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let of_ada = set_name(&app, &ada, "milk", "a").await;
    let of_bob = set_name(&app, &bob, "milk", "a").await;
    assert_ne!(of_ada.json()["id"], of_bob.json()["id"]);
    assert_eq!(app.name(&bob).await, ("milk".into(), 1));
    let again = set_name(&app, &ada, "milk", "a").await;
    assert_eq!(again.json(), of_ada.json());
}

#[tokio::test]
async fn what_was_refused_runs_again() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("email", ADA), ("password", "not the password"), KEY];
    for _ in 0..2 {
        let answer = app.fetch("/api/auth/login").fields(&fields).send().await;
        answer.is_refused(401, "invalid_credentials");
    }
    assert_eq!(app.count("SELECT COALESCE(MAX(tries), 0) FROM throttle WHERE kind = 'sign_in_account'").await, 2);
    let elsewhere = app.sign_in(ADA).await;
    let end = async |id: &str| {
        app.fetch("/api/account/devices/end").bearer(&ada.bearer).fields(&[("id", id), KEY]).send().await
    };
    end(&elsewhere.sid).await;
    assert_eq!(end(&elsewhere.sid).await.status, 200, "it has ended, as the first answer said");
    end("nothing").await.is_refused(404, "not_found");
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for key in ["", "a b", "schlüssel", &"a".repeat(65)] {
        set_name(&app, &ada, "milk", key).await.is_refused(400, "bad_request");
    }
    assert_eq!(app.name(&ada).await, (String::new(), 0));
}

#[tokio::test]
async fn every_form_of_a_page_has_the_key_of_its_document() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let mut keys = Vec::new();
    for page in SITE.pages() {
        let path = page.path;
        let answer = match page.audience {
            Audience::SignedIn => app.open_page_as(&ada, path).await,
            Audience::Everyone | Audience::SignedOut => app.open_page(path).await,
        };
        let html = answer.html();
        // A download changes nothing, so it may be sent twice.
        let download = format!("action=\"{}\"", DownloadData::PATH);
        let is_download = |form: &&str| form.split('>').next().is_some_and(|tag| tag.contains(&download));
        let forms = html.split("<form").skip(1).filter(|form| !is_download(form)).count();
        let fields: Vec<&str> =
            html.split(r#"name="idempotency_key" value=""#).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(fields.len(), forms, "{path}: {html}");
        assert!(fields.iter().all(|key| key.len() == 36 && *key == fields[0]), "{path}: {fields:?}");
        keys.extend(fields.first().map(|key| (*key).to_owned()));
    }
    let documents = keys.len();
    assert!(documents > 6, "most pages have a form");
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), documents, "each document has its own");
}
