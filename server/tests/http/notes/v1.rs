//! The notes in the API for other clients.

use crate::answer::Answer;
use crate::api::ApiClient;
use crate::app::{ADA, BOB, TestApp, until};
use crate::ask::Ask;
use http::Method;
use serde_json::{Value, json};
use std::collections::HashSet;

const NOTES: &str = "SELECT COUNT(*) FROM notes";

struct Writer<'a> {
    app: &'a TestApp,
    client: ApiClient,
}

impl<'a> Writer<'a> {
    async fn of(app: &'a TestApp, email: &str) -> Self {
        app.sign_up(email).await;
        Self { app, client: app.api_login(email).await }
    }

    fn ask(&self, method: Method, path: &str) -> Ask<'a> {
        self.app.api(method, path).bearer(&self.client.bearer)
    }

    fn post(&self, body: &str) -> Ask<'a> {
        self.ask(Method::POST, "/notes").json(&json!({"body": body}))
    }

    /// Adds a note; gives its path.
    async fn add(&self, body: &str) -> String {
        let answer = self.post(body).send().await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.location().strip_prefix("/api/v1").expect("a path of the API").to_owned()
    }

    async fn put(&self, path: &str, seen: &str, body: &str) -> Answer {
        self.ask(Method::PUT, path).header("if-match", seen).json(&json!({"body": body})).send().await
    }

    async fn list(&self, query: &str) -> Answer {
        self.ask(Method::GET, &format!("/notes{query}")).send().await
    }
}

#[tokio::test]
async fn a_note_is_added_read_changed_and_deleted() {
    let app = TestApp::start().await;
    let ada = Writer::of(&app, ADA).await;
    let added = ada.post("oat milk").send().await;
    assert_eq!((added.status, added.header("etag")), (201, Some("\"1\"")));
    let path = added.location().strip_prefix("/api/v1").expect("a path").to_owned();
    let shown = ada.ask(Method::GET, &path).send().await;
    assert_eq!((shown.status, shown.header("etag"), shown.json()), (200, Some("\"1\""), added.json()));
    let known = ada.ask(Method::GET, &path).header("if-none-match", "\"7\", W/\"1\"").send().await;
    assert_eq!((known.status, known.text(), known.header("etag")), (304, "", Some("\"1\"")));

    let changed = ada.put(&path, "\"1\"", "rye bread").await;
    assert_eq!((changed.status, changed.header("etag")), (200, Some("\"2\"")));
    assert_eq!((&changed.json()["body"], &changed.json()["version"]), (&json!("rye bread"), &json!(2)));
    let gone = ada.ask(Method::DELETE, &path).header("if-match", "\"2\"").send().await;
    assert_eq!((gone.status, gone.text()), (204, ""));
    ada.ask(Method::GET, &path).send().await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_change_names_the_version_it_was_made_from() {
    let app = TestApp::start().await;
    let ada = Writer::of(&app, ADA).await;
    let path = ada.add("one").await;
    let body = json!({"body": "two"});
    ada.ask(Method::PUT, &path).json(&body).send().await.is_problem(428, "precondition_required");
    ada.ask(Method::DELETE, &path).send().await.is_problem(428, "precondition_required");
    assert_eq!(ada.put(&path, "\"1\"", "two").await.status, 200);
    for stale in ["\"1\"", "\"3\"", "W/\"2\"", "\"1\", \"3\"", "\"other\"", "\"\""] {
        ada.put(&path, stale, "three").await.is_problem(412, "conflict");
        let delete = ada.ask(Method::DELETE, &path).header("if-match", stale).send().await;
        delete.is_problem(412, "conflict");
    }
    for malformed in ["", "2", "'2'", "\"2", "*, \"2\""] {
        ada.put(&path, malformed, "three").await.is_problem(400, "bad_request");
    }
    assert_eq!(ada.put(&path, "\"1\", \"2\"", "three").await.header("etag"), Some("\"3\""));
    assert_eq!(ada.put(&path, "*", "four").await.header("etag"), Some("\"4\""));
    assert_eq!(ada.ask(Method::DELETE, &path).header("if-match", "*").send().await.status, 204);
    ada.put(&path, "*", "five").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn nobody_reaches_a_note_of_somebody_else() {
    let app = TestApp::start().await;
    let (ada, bob) = (Writer::of(&app, ADA).await, Writer::of(&app, BOB).await);
    let path = ada.add("mine").await;
    bob.ask(Method::GET, &path).send().await.is_problem(404, "not_found");
    bob.put(&path, "\"1\"", "his").await.is_problem(404, "not_found");
    bob.put(&path, "*", "his").await.is_problem(404, "not_found");
    let delete = bob.ask(Method::DELETE, &path).header("if-match", "\"1\"").send().await;
    delete.is_problem(404, "not_found");
    assert_eq!(bob.list("").await.json()["items"], json!([]));
    assert_eq!(ada.ask(Method::GET, &path).send().await.json()["body"], "mine");
    let recorded = "SELECT COUNT(*) FROM events WHERE kind = 'access_refused' AND detail = 'note'";
    until("it is recorded", async || app.count(recorded).await > 0).await;
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let app = TestApp::start().await;
    let ada = Writer::of(&app, ADA).await;
    for number in 0..5 {
        ada.add(&number.to_string()).await;
    }
    let (mut query, mut seen) = ("?limit=2".to_owned(), Vec::new());
    loop {
        let page = ada.list(&query).await.json();
        let items = page["items"].as_array().expect("a list").clone();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|note| note["body"].as_str().expect("a text").to_owned()));
        // A note that is added meanwhile shifts nothing.
        ada.add("later").await;
        match page["next"].as_str() {
            Some(next) => query = format!("?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
    assert_eq!(ada.list("").await.json()["items"].as_array().map(Vec::len), Some(8));
}

#[tokio::test]
async fn a_forged_cursor_and_a_wrong_query_are_refused() {
    let app = TestApp::start().await;
    let (ada, bob) = (Writer::of(&app, ADA).await, Writer::of(&app, BOB).await);
    let mut cursors = Vec::new();
    for writer in [&ada, &bob] {
        writer.add("one").await;
        writer.add("two").await;
        let page = writer.list("?limit=1").await.json();
        cursors.push(page["next"].as_str().expect("a cursor").to_owned());
    }
    let (adas, bobs) = (&cursors[0], &cursors[1]);
    assert_eq!(ada.list(&format!("?cursor={adas}")).await.json()["items"].as_array().map(Vec::len), Some(1));
    let mut flipped = adas.clone().into_bytes();
    flipped[20] ^= 1;
    let flipped = String::from_utf8(flipped).expect("text");
    for cursor in [bobs, &flipped, &adas[1..], "", "x", "018f2f6e-0000-7000-8000-000000000000", "%00", "%ff"] {
        ada.list(&format!("?cursor={cursor}")).await.is_problem(400, "bad_request");
    }
    for query in ["?limit=0", "?limit=101", "?limit=-1", "?limit=many", "?limit=", "?limit=1&limit=2", "?page=2"] {
        ada.list(query).await.is_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn a_request_that_is_sent_twice_adds_one_note() {
    let app = TestApp::start().await;
    let (ada, bob) = (Writer::of(&app, ADA).await, Writer::of(&app, BOB).await);
    let add = async |writer: &Writer<'_>, key: &str, body: &str| {
        let ask = writer.ask(Method::POST, "/notes").header("idempotency-key", key);
        ask.json(&json!({"body": body})).send().await
    };
    let (one, other) = tokio::join!(add(&ada, "k1", "one"), add(&ada, "k1", "one"));
    let later = add(&ada, "k1", "one").await;
    for again in [&other, &later] {
        assert_eq!(again.repeatable(), one.repeatable());
    }
    assert_eq!((one.status, app.count(NOTES).await), (201, 1));
    add(&ada, "k1", "two").await.is_problem(422, "idempotency_key_reused");
    assert_eq!(add(&ada, "k2", "one").await.status, 201);
    assert_eq!(add(&bob, "k1", "one").await.status, 201, "a key belongs to its user");
    // A refused request may be sent again.
    add(&ada, "k3", "").await.is_problem(422, "invalid");
    assert_eq!(add(&ada, "k3", "three").await.status, 201);
    for key in ["", "two words", "ä", &"k".repeat(65)] {
        add(&ada, key, "four").await.is_problem(400, "bad_request");
    }
    assert_eq!(app.count(NOTES).await, 4);
    app.clock.advance(10 * auth::MINUTE);
    let ada = Writer { app: &app, client: ApiClient::of(&app.api_renew(&ada.client.refresh).await) };
    assert_eq!(add(&ada, "k1", "two").await.status, 201, "after ten minutes the key is free");
}

#[tokio::test]
async fn what_is_wrong_with_a_note_is_named_by_field() {
    let app = TestApp::start().await;
    let ada = Writer::of(&app, ADA).await;
    for (body, error) in [("", "required"), (" \n", "required"), ("a\u{0}b", "unprintable")] {
        let problem = ada.post(body).send().await.is_problem(422, "invalid");
        assert_eq!(problem["fields"]["body"]["error"], error);
    }
    let problem = ada.post(&"x".repeat(2_001)).send().await.is_problem(422, "invalid");
    assert_eq!(problem["fields"]["body"]["limit"], 2_000);
    assert_eq!(app.count(NOTES).await, 0);
}

#[tokio::test]
async fn each_note_has_an_id_of_its_own() {
    let app = TestApp::start().await;
    let ada = Writer::of(&app, ADA).await;
    for _ in 0..3 {
        ada.add("same").await;
    }
    let list: Value = ada.list("").await.json();
    let ids: HashSet<_> = list["items"].as_array().expect("a list").iter().map(|note| note["id"].to_string()).collect();
    assert_eq!(ids.len(), 3);
}
