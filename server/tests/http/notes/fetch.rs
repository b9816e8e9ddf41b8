//! `/api/notes/…`.

use crate::answer::Answer;
use crate::app::{ADA, BOB, Person, TestApp, until};
use futures::future::join_all;
use serde_json::Value;

async fn post(app: &TestApp, person: &Person, what: &str, fields: &[(&str, &str)]) -> Answer {
    app.fetch(&format!("/api/notes/{what}")).bearer(&person.bearer).fields(fields).send().await
}

/// Writes a note. Returns its id.
pub(super) async fn add_note(app: &TestApp, person: &Person, body: &str) -> String {
    let answer = post(app, person, "add", &[("body", body)]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// Returns the texts of a person's notes, the newest first.
pub(super) async fn notes(app: &TestApp, person: &Person) -> Vec<String> {
    let answer = post(app, person, "list", &[]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let notes = answer.json();
    let notes = notes.as_array().expect("a list");
    notes.iter().map(|note| note["body"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn notes_are_written_listed_changed_and_deleted() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    assert_eq!(post(&app, &ada, "list", &[]).await.json(), Value::Array(Vec::new()));
    let answer = post(&app, &ada, "add", &[("body", "milk\r\nbread & butter=50% 🧈")]).await;
    assert_eq!(answer.status, 200);
    let note = answer.json();
    assert_eq!(note["body"], "milk\nbread & butter=50% 🧈");
    assert_eq!((&note["created_at"], &note["updated_at"]), (&app.clock.now().into(), &app.clock.now().into()));
    add_note(&app, &ada, "second").await;
    app.clock.advance(auth::MINUTE);
    let id = note["id"].as_str().expect("an id");
    let edited = post(&app, &ada, "edit", &[("id", id), ("version", "1"), ("body", "oat milk")]).await.json();
    assert_eq!((&edited["id"], &edited["body"]), (&note["id"], &"oat milk".into()));
    assert_eq!((&edited["created_at"], &edited["updated_at"]), (&note["created_at"], &app.clock.now().into()));
    assert_eq!(notes(&app, &ada).await, ["second", "oat milk"]);
    let deleted = post(&app, &ada, "delete", &[("id", id), ("version", "2")]).await;
    assert_eq!((deleted.status, deleted.json()), (200, note["id"].clone()));
    assert_eq!(notes(&app, &ada).await, ["second"]);
    post(&app, &ada, "delete", &[("id", id)]).await.is_refused(404, "not_found");
    post(&app, &ada, "edit", &[("id", id), ("body", "x")]).await.is_refused(404, "not_found");
}

#[tokio::test]
async fn a_note_that_was_changed_meanwhile_is_neither_overwritten_nor_deleted() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = add_note(&app, &ada, "milk").await;
    let edit =
        async |version, body| post(&app, &ada, "edit", &[("id", &id), ("version", version), ("body", body)]).await;
    let edited = edit("1", "oat milk").await;
    assert_eq!((edited.status, &edited.json()["version"]), (200, &2.into()));
    edit("1", "soy milk").await.is_refused(412, "conflict");
    edit("3", "soy milk").await.is_refused(412, "conflict");
    post(&app, &ada, "edit", &[("id", &id), ("body", "of no version")]).await.is_refused(412, "conflict");
    edit("one", "soy milk").await.is_refused(400, "bad_request");
    post(&app, &ada, "delete", &[("id", &id), ("version", "1")]).await.is_refused(412, "conflict");
    post(&app, &ada, "delete", &[("id", &id)]).await.is_refused(412, "conflict");
    assert_eq!(notes(&app, &ada).await, ["oat milk"]);
    assert_eq!(edit("2", "soy milk").await.status, 200);
    assert_eq!(post(&app, &ada, "delete", &[("id", &id), ("version", "3")]).await.status, 200);
}

#[tokio::test]
async fn of_changes_that_race_one_is_written() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = add_note(&app, &ada, "milk").await;
    let edit = async |body: &'static str| {
        post(&app, &ada, "edit", &[("id", &id), ("version", "1"), ("body", body)]).await.status
    };
    let mut answers = join_all(["a", "b", "c", "d", "e"].map(edit)).await;
    answers.sort_unstable();
    assert_eq!(answers, [200, 412, 412, 412, 412]);
}

#[tokio::test]
async fn nobody_reads_or_changes_another_persons_note() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let id = add_note(&app, &ada, "of Ada").await;
    assert_eq!(notes(&app, &bob).await, Vec::<String>::new());
    let refused = [
        post(&app, &bob, "edit", &[("id", &id), ("body", "of Bob")]).await,
        post(&app, &bob, "delete", &[("id", &id)]).await,
    ];
    let unknown = post(&app, &bob, "delete", &[("id", "nothing")]).await;
    for answer in &refused {
        answer.is_refused(404, "not_found");
        assert_eq!(answer.repeatable(), unknown.repeatable(), "nobody learns that it is there");
    }
    let form = app.form("/api/notes/delete").of(&bob).from("/notes").fields(&[("id", &id)]).send().await;
    assert!(form.leads_on().starts_with("/notes?__path="));
    let form = app.form("/api/notes/edit").of(&bob).from("/notes").fields(&[("id", &id), ("body", "of Bob")]);
    assert!(form.send().await.leads_on().starts_with("/notes?__path="));
    assert_eq!(notes(&app, &ada).await, ["of Ada"]);
}

#[tokio::test]
async fn asking_for_another_persons_note_is_an_event() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let id = add_note(&app, &ada, "of Ada").await;
    post(&app, &bob, "delete", &[("id", "nothing")]).await.is_refused(404, "not_found");
    post(&app, &bob, "delete", &[("id", &id)]).await.is_refused(404, "not_found");
    let form = app.form("/api/notes/edit").of(&bob).from("/notes").fields(&[("id", &id), ("body", "of Bob")]);
    form.send().await.leads_on();
    let recorded = "SELECT COUNT(*) FROM events WHERE kind = 'access_refused'";
    until("it is recorded", || async { app.count(recorded).await > 0 }).await;
    let page = app.open_page_as(&bob, "/account/activity").await;
    assert!(page.html().contains("Asked for what is somebody else"), "{}", page.html());
    let page = app.open_page_as(&ada, "/account/activity").await;
    assert!(!page.html().contains("Asked for what is somebody else"), "it is of who asked");
}

#[tokio::test]
async fn a_text_that_cannot_be_kept_is_refused() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = add_note(&app, &ada, "kept").await;
    let (longest, too_long) = ("ä".repeat(2000), "ä".repeat(2001));
    for (body, error) in [("", "required"), (" \r\n", "required"), (&too_long, "too_long"), ("a\0b", "unprintable")] {
        for what in ["add", "edit"] {
            let answer = post(&app, &ada, what, &[("id", &id), ("body", body)]).await;
            answer.is_refused(422, "invalid");
            assert_eq!(answer.json()["fields"]["body"]["error"], error);
        }
    }
    assert_eq!(notes(&app, &ada).await, ["kept"]);
    add_note(&app, &ada, &longest).await;
    assert_eq!(notes(&app, &ada).await, [longest.as_str(), "kept"]);
}

#[tokio::test]
async fn a_person_keeps_at_most_a_thousand() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let mut tx = app.db.write().await.expect("a transaction");
    for n in 0..1000 {
        sqlx::query("INSERT INTO notes (id, user_id, body, created_at, updated_at) VALUES ($1, $2, 'x', 0, 0)")
            .bind(format!("{n:04}"))
            .bind(&ada.id)
            .execute(&mut *tx)
            .await
            .expect("a note");
    }
    tx.commit().await.expect("a commit");
    let answer = post(&app, &ada, "add", &[("body", "one more")]).await;
    answer.is_refused(422, "invalid");
    assert_eq!(answer.json()["fields"]["body"]["error"], "too_many");
    assert_eq!(notes(&app, &ada).await.len(), 1000);
}

#[tokio::test]
async fn notes_are_for_someone() {
    let app = TestApp::start().await;
    for path in ["/api/notes/list", "/api/notes/add", "/api/notes/edit", "/api/notes/delete", "/api/auth/me"] {
        let answer = app.fetch(path).fields(&[("id", "x"), ("body", "x")]).send().await;
        answer.is_refused(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api""#));
    }
}

#[tokio::test]
async fn notes_are_on_the_page_of_their_writer_and_in_their_data() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    add_note(&app, &ada, "</script><script>alert(1)</script>").await;
    add_note(&app, &bob, "of Bob").await;
    let page = app.open_page_as(&ada, "/notes").await;
    assert!(page.html().contains("alert(1)") && !page.html().contains("<script>alert(1)"), "{}", page.html());
    assert!(!page.html().contains("of Bob"));
    let data = app.fetch("/api/account/data").bearer(&ada.bearer).send().await;
    assert_eq!(data.json()["notes"][0]["body"], "</script><script>alert(1)</script>");
    assert!(!data.text().contains("of Bob"));
    let fields = [("confirmation", ADA)];
    assert_eq!(app.fetch("/api/account/delete").bearer(&ada.bearer).fields(&fields).send().await.status, 200);
    assert_eq!(app.count("SELECT COUNT(*) FROM notes").await, 1, "they go with the account");
}

#[tokio::test]
async fn an_id_that_no_note_can_have_is_nowhere() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let ask = app.fetch("/api/notes/delete").bearer(&ada.bearer).raw_fields(b"id=%00");
    ask.send().await.is_refused(404, "not_found");
}
