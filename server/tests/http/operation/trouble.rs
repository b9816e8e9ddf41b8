//! A database that is locked or read-only: an honest 503, and the session still stands afterwards.

use crate::answer::Answer;
use crate::app::{ADA, BOB, NAMES_SET, PASSWORD, Person, TestApp};
use futures::future::join_all;
use secrecy::ExposeSecret;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

/// A second connection that holds every write up.
async fn lock(app: &TestApp) -> AnyConnection {
    let mut other = AnyConnection::connect(app.db.url()).await.expect("a connection");
    let statements: &[&str] = if auth::testing::on_postgres() {
        &["BEGIN", "LOCK TABLE users, sessions, flows IN EXCLUSIVE MODE"]
    } else {
        &["BEGIN IMMEDIATE"]
    };
    for statement in statements {
        sqlx::query(*statement).execute(&mut other).await.expect("a lock");
    }
    other
}

async fn unlock(mut other: AnyConnection) {
    sqlx::query("ROLLBACK").execute(&mut other).await.expect("unlocked");
    other.close().await.expect("closed");
}

/// Everything that writes.
async fn writes(app: &TestApp, ada: &Person) -> Vec<Answer> {
    let signed_up = [("email", BOB), ("password", PASSWORD)];
    let signed_in = [("email", ADA), ("password", PASSWORD)];
    let name = [("display_name", "milk")];
    let asks = [
        app.fetch("/api/auth/signup").fields(&signed_up),
        app.fetch("/api/auth/login").of(ada).fields(&signed_in),
        app.fetch("/api/auth/refresh").of(ada),
        app.fetch("/api/account/name").bearer(&ada.bearer).fields(&name),
    ];
    join_all(asks.map(crate::ask::Ask::send)).await
}

fn are_unavailable(answers: &[Answer]) {
    for answer in answers {
        answer.is_refused(503, "unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert!(answer.cookies().is_empty(), "the session stands: {answer:?}");
    }
}

/// Everything that only reads goes on.
async fn reads_go_on(app: &TestApp, ada: &Person) {
    assert_eq!(app.me(&ada.bearer).await.json()["email"], ADA);
    assert_eq!(app.fetch("/api/account/devices").bearer(&ada.bearer).send().await.status, 200);
    let page = app.open_page_as(ada, "/account/devices").await;
    assert_eq!(page.status, 200);
    assert!(page.html().contains(ADA));
    assert_eq!(app.open_page("/readyz").await.status, 200);
}

async fn nothing_was_lost(app: &TestApp, ada: &Person) {
    assert_eq!(app.session(&ada.sid).await, (0, None));
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(app.count(NAMES_SET).await, 0);
    let renewed = app.person(&app.renew(&ada.refresh).await);
    assert_eq!(app.me(&renewed.bearer).await.status, 200);
    app.sign_up(BOB).await;
}

#[tokio::test]
async fn a_locked_database_is_unavailable_and_loses_nothing() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let other = lock(&app).await;
    reads_go_on(&app, &ada).await;
    are_unavailable(&writes(&app, &ada).await);
    unlock(other).await;
    nothing_was_lost(&app, &ada).await;
}

#[tokio::test]
async fn a_form_that_met_a_locked_database_leads_back() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let other = lock(&app).await;
    let asks = [
        app.form("/api/auth/login").from("/login").fields(&[("email", ADA), ("password", PASSWORD)]),
        app.form("/api/account/name").of(&ada).from("/account").fields(&[("display_name", "milk")]),
    ];
    let answers = join_all(asks.map(crate::ask::Ask::send)).await;
    unlock(other).await;
    let pages = [app.open_page(answers[0].leads_on()).await, app.open_page_as(&ada, answers[1].leads_on()).await];
    for (answer, page) in answers.iter().zip(pages) {
        assert!(answer.cookie("refresh").is_none());
        assert!(page.html().contains("The server is busy. Nothing was lost"), "{}", page.html());
    }
    nothing_was_lost(&app, &ada).await;
}

/// Of a sign-out that the database could not take.
fn has_forgotten(app: &TestApp, answer: &Answer) {
    assert_eq!(app.refresh_token(answer).as_deref(), Some(""), "it is cleared");
    assert_eq!(answer.header("clear-site-data"), Some(r#""cache", "storage""#));
}

async fn says_what_is_left_to_do(app: &TestApp, answer: &Answer) {
    let page = app.page("/").flow_cookie(&app.flow(answer).expect("a message")).send().await;
    assert!(page.html().contains("the server could not end your session"), "{page:?}");
}

#[tokio::test]
async fn signing_out_of_a_locked_database_has_the_browser_forget_the_session() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let other = lock(&app).await;
    let fetch = app.fetch("/api/auth/logout").of(&ada).bearer(&ada.bearer).send();
    let form = app.form("/api/auth/logout").of(&ada).from("/account").fields(&[]).send();
    let (fetch, form) = futures::join!(fetch, form);
    fetch.is_refused(503, "unavailable");
    assert_eq!(form.leads_on(), "/");
    for answer in [&fetch, &form] {
        has_forgotten(&app, answer);
        says_what_is_left_to_do(&app, answer).await;
    }
    unlock(other).await;
    nothing_was_lost(&app, &ada).await;
}

#[tokio::test]
async fn signing_out_without_a_database_has_the_browser_forget_the_session() {
    if auth::testing::on_postgres() {
        eprintln!("skipped: SQLite has a file that can be spoilt");
        return;
    }
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    take_away(&app, "sessions").await;
    let fetch = app.fetch("/api/auth/logout").of(&ada).send().await;
    assert!(matches!(fetch.status, 500 | 503), "{fetch:?}");
    let form = app.form("/api/auth/logout").of(&ada).from("/account").fields(&[]).send().await;
    assert_eq!(form.leads_on(), "/");
    for answer in [&fetch, &form] {
        has_forgotten(&app, answer);
        says_what_is_left_to_do(&app, answer).await;
    }
}

#[tokio::test]
async fn a_page_with_a_flow_is_shown_while_the_database_is_locked() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let flow = app.flow(&app.fetch("/api/auth/logout").of(&ada).send().await).expect("a flow");
    let other = lock(&app).await;
    let page = app.page("/").flow_cookie(&flow).send().await;
    assert_eq!(page.status, 200);
    assert!(page.html().contains("You have signed out."));
    unlock(other).await;
}

#[tokio::test]
async fn a_read_only_database_is_unavailable_and_loses_nothing() {
    if auth::testing::on_postgres() {
        eprintln!("skipped: a file that is opened read-only is SQLite's");
        return;
    }
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let read_only = app
        .second_with(|config| config.database_url = format!("{}?mode=ro", config.database_url.expose_secret()).into())
        .await;
    reads_go_on(&read_only, &ada).await;
    are_unavailable(&writes(&read_only, &ada).await);
    let form =
        read_only.form("/api/account/name").of(&ada).from("/account").fields(&[("display_name", "milk")]).send().await;
    let page = read_only.open_page_as(&ada, form.leads_on()).await;
    assert!(page.html().contains("The server is busy. Nothing was lost"), "{}", page.html());
    nothing_was_lost(&app, &ada).await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_unavailable() {
    if auth::testing::on_postgres() {
        eprintln!("skipped: SQLite has a file that can be spoilt");
        return;
    }
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    take_away(&app, "sessions").await;
    let answer = app.renew(&ada.refresh).await;
    assert!(matches!(answer.status, 500 | 503), "{answer:?}");
    assert!(!answer.text().contains("sessions"), "{answer:?}");
    assert!(answer.cookies().is_empty());
    let page = app.open_page_as(&ada, "/account").await;
    assert!(matches!(page.status, 500 | 503), "{page:?}");
    assert!(!page.html().contains("no such table"));
}

/// Takes a table away.
async fn take_away(app: &TestApp, table: &str) {
    let mut tx = app.db.write().await.expect("a transaction");
    let rename = AssertSqlSafe(format!("ALTER TABLE {table} RENAME TO elsewhere"));
    sqlx::query(rename).execute(&mut *tx).await.expect("renamed");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn a_page_that_lacks_what_it_is_for_says_so_and_how_the_log_finds_it() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    take_away(&app, "events").await;
    let page = app.open_page_as(&ada, "/account/activity").await;
    assert_eq!(page.status, 500, "{page:?}");
    let id = page.header("x-request-id").expect("an id");
    assert!(page.html().contains(id) && page.html().contains("Something went wrong on the server."), "{page:?}");
    assert!(
        page.html().contains(r#"href="/account/activity" rel="external""#),
        "without JavaScript it is tried again, too"
    );
}

#[tokio::test]
async fn a_form_that_fails_says_how_the_log_finds_it() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    take_away(&app, "events").await;
    let fields = [("display_name", "Ada")];
    let form = app.form("/api/account/name").of(&ada).from("/account").fields(&fields).send().await;
    let (token, id) = (app.refresh_token(&form).expect("a token"), form.header("x-request-id").expect("an id"));
    let page = app.page(form.leads_on()).refresh_cookie(&token).send().await;
    assert!(page.html().contains(&format!("Request {id}")), "{page:?}");
}
