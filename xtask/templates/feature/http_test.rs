//! `/api/{{path}}/…`, as fetches and as forms without JavaScript.

use crate::answer::Answer;
use crate::app::{ADA, BOB, PASSWORD, Person, TestApp};
use serde_json::{Value, json};

/// Returns the fields of a form.
fn filled(text: &str) -> Vec<(&str, &str)> {
    vec![
@first:        ("{{field}}", text),
@rest string:        ("{{field}}", "another line"),
@rest text:        ("{{field}}", "two\nlines"),
@integer:        ("{{field}}", "12"),
@boolean:        ("{{field}}", "true"),
@date:        ("{{field}}", "2026-11-23"),
    ]
}

/// Returns the fields of a form that changes or deletes a row.
fn of<'a>(id: &'a str, version: &'a str, fields: Vec<(&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
    [vec![("id", id), ("version", version)], fields].concat()
}

async fn post(app: &TestApp, person: &Person, what: &str, fields: &[(&str, &str)]) -> Answer {
    app.fetch(&format!("/api/{{path}}/{what}")).bearer(&person.bearer).fields(fields).send().await
}

/// Adds {{a_word}}. Returns its id.
async fn add(app: &TestApp, person: &Person, text: &str) -> String {
    let answer = post(app, person, "add", &filled(text)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// Returns the first field of each of the person's {{words}}, the newest first.
async fn listed(app: &TestApp, person: &Person) -> Vec<String> {
    let rows = post(app, person, "list", &[]).await.json();
    rows.as_array().expect("a list").iter().map(|row| row["{{first}}"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn {{module}}_are_added_listed_changed_and_deleted() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = add(&app, &ada, "first").await;
    add(&app, &ada, "second").await;
    app.clock.advance(auth::MINUTE);
    let edited = post(&app, &ada, "edit", &of(&id, "1", filled("changed"))).await.json();
    assert_eq!((&edited["version"], &edited["updated_at"]), (&json!(2), &json!(app.clock.now())));
@first:    assert_eq!(edited["{{field}}"], "changed");
@rest string:    assert_eq!(edited["{{field}}"], "another line");
@rest text:    assert_eq!(edited["{{field}}"], "two\nlines");
@integer:    assert_eq!(edited["{{field}}"], 12);
@boolean:    assert_eq!(edited["{{field}}"], true);
@date:    assert_eq!(edited["{{field}}"], "2026-11-23");
    assert_eq!(listed(&app, &ada).await, ["second", "changed"]);
    let deleted = post(&app, &ada, "delete", &of(&id, "2", Vec::new())).await;
    assert_eq!(deleted.json(), Value::String(id));
    assert_eq!(listed(&app, &ada).await, ["second"]);
}

#[tokio::test]
async fn {{a_one}}_that_was_changed_meanwhile_is_neither_overwritten_nor_deleted() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = add(&app, &ada, "first").await;
    assert_eq!(post(&app, &ada, "edit", &of(&id, "1", filled("changed"))).await.status, 200);
    post(&app, &ada, "edit", &of(&id, "1", filled("overwritten"))).await.is_refused(412, "conflict");
    post(&app, &ada, "delete", &of(&id, "1", Vec::new())).await.is_refused(412, "conflict");
    assert_eq!(listed(&app, &ada).await, ["changed"]);
}

#[tokio::test]
async fn another_person_neither_reads_nor_changes_{{a_one}}() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let id = add(&app, &ada, "of Ada").await;
    assert_eq!(listed(&app, &bob).await, Vec::<String>::new());
    post(&app, &bob, "edit", &of(&id, "1", filled("of Bob"))).await.is_refused(404, "not_found");
    post(&app, &bob, "delete", &of(&id, "1", Vec::new())).await.is_refused(404, "not_found");
    assert_eq!(listed(&app, &ada).await, ["of Ada"]);
    for what in ["list", "add", "edit", "delete"] {
        let answer = app.fetch(&format!("/api/{{path}}/{what}")).fields(&of(&id, "1", filled("of no one"))).send().await;
        answer.is_refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn every_wrong_field_of_{{a_one}}_is_named() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [
@string, text:        ("{{field}}", " "),
@integer:        ("{{field}}", "a dozen"),
@date:        ("{{field}}", "2026-02-30"),
    ];
    let answer = post(&app, &ada, "add", &fields).await;
    answer.is_refused(422, "invalid");
@string, text:    assert_eq!(answer.json()["fields"]["{{field}}"]["error"], "required");
@integer:    assert_eq!(answer.json()["fields"]["{{field}}"]["error"], "not_a_number");
@date:    assert_eq!(answer.json()["fields"]["{{field}}"]["error"], "not_a_date");
    assert_eq!(listed(&app, &ada).await, Vec::<String>::new());
}

#[tokio::test]
async fn {{a_one}}_of_a_form_is_added_and_a_refused_one_stands_in_the_form_again() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let added = app.form("/api/{{path}}/add").of(&ada).from("/{{path}}").fields(&filled("by a form")).send().await;
    assert_eq!(added.leads_on(), "/{{path}}");
    let token = app.refresh_token(&added).expect("a token");
@first string:    let long = "long ".repeat(60);
@first text:    let long = "long ".repeat(500);
    let form = app.form("/api/{{path}}/add").refresh_cookie(&token).from("/{{path}}").fields(&filled(&long));
    let refused = form.send().await;
    let (token, flow) = (app.refresh_token(&refused).expect("a token"), app.flow(&refused).expect("a flow"));
    let page = app.page(refused.leads_on()).refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(page.html().contains("by a form") && page.html().contains(&long), "{}", page.html());
}

#[tokio::test]
async fn {{a_one}}_posted_after_the_session_ended_waits_for_the_next_sign_in() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.clock.advance(13 * auth::HOUR);
    let fields = [filled("half a thought"), vec![("sid", ada.sid.as_str())]].concat();
    let late = app.form("/api/{{path}}/add").of(&ada).from("/{{path}}").fields(&fields).send().await;
    assert_eq!(late.leads_on(), "/login?next=/{{path}}");
    let sign_in = [("email", ADA), ("password", PASSWORD), ("next", "/{{path}}")];
    let login = app.form("/api/auth/login").from(late.leads_on()).flow_cookie(&app.flow(&late).expect("a flow"));
    let login = login.fields(&sign_in).send().await;
    let (token, flow) = (app.refresh_token(&login).expect("a token"), app.flow(&login).expect("a flow"));
    let page = app.page(login.leads_on()).refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(page.html().contains("half a thought"), "{}", page.html());
}
