//! Notes as forms: nothing that a person typed is lost.

use super::{add_note, notes};
use crate::app::{ADA, BOB, PASSWORD, Person, TestApp};
use futures::future::join_all;

/// Signs in by a form, in a browser with that flow; gives the refresh token and the flow that the browser has then.
async fn sign_in(app: &TestApp, email: &str, flow: &str) -> (String, String) {
    let fields = [("email", email), ("password", PASSWORD), ("next", "/notes")];
    let answer = app.form("/api/auth/login").from("/login?next=/notes").flow_cookie(flow).fields(&fields).send().await;
    assert_eq!(answer.leads_on(), "/notes");
    (app.refresh_token(&answer).expect("a token"), app.flow(&answer).unwrap_or_default())
}

/// Posts a note when the session has ended; gives the flow that it left.
async fn post_too_late(app: &TestApp, ada: &Person, endpoint: &str, fields: &[(&str, &str)]) -> String {
    let mut fields = fields.to_vec();
    fields.push(("sid", &ada.sid));
    let answer = app.form(endpoint).of(ada).from("/notes").fields(&fields).send().await;
    assert_eq!(answer.leads_on(), "/login?next=/notes");
    assert_eq!(answer.cookie("refresh"), None);
    app.flow(&answer).expect("a flow")
}

#[tokio::test]
async fn notes_are_written_changed_and_deleted_by_forms() {
    let app = TestApp::start().await;
    let mut ada = app.sign_up(ADA).await;
    for (endpoint, body, expected) in
        [("add", "milk", &["milk"][..]), ("edit", "oat milk", &["oat milk"]), ("delete", "", &[])]
    {
        let id: Option<(String,)> =
            sqlx::query_as("SELECT id FROM notes").fetch_optional(app.db.readers()).await.expect("a note or none");
        let mut fields = vec![("body", body), ("sid", &ada.sid)];
        fields.extend(id.as_ref().map(|(id,)| ("id", id.as_str())));
        fields.push(("version", if endpoint == "delete" { "2" } else { "1" }));
        let ask = app.form(&format!("/api/notes/{endpoint}")).of(&ada).from("/notes?edit=x").fields(&fields);
        let answer = ask.send().await;
        assert_eq!(answer.leads_on(), "/notes", "{endpoint}");
        ada.refresh = app.refresh_token(&answer).expect("a token");
        assert_eq!(notes(&app, &ada).await, expected, "{endpoint}");
    }
}

#[tokio::test]
async fn a_refused_text_stands_in_the_form_again() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let long = "a long story ".repeat(160);
    let answer = app.form("/api/notes/add").of(&ada).from("/notes").fields(&[("body", &long)]).send().await;
    let (token, flow) = (app.refresh_token(&answer).expect("a token"), app.flow(&answer).expect("a flow"));
    let page = app.page(answer.leads_on()).refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(page.html().contains(&long), "{}", page.html());
    assert!(page.html().contains("Use at most 2000 characters."));
    let page = app.page("/notes").refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(!page.html().contains("a long story"), "once");
}

#[tokio::test]
async fn a_note_posted_after_the_session_ended_is_kept_for_its_writer() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.clock.advance(13 * auth::HOUR);
    let flow = post_too_late(&app, &ada, "/api/notes/add", &[("body", "half a thought")]).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM notes").await, 0);
    let login = app.page("/login?next=/notes").flow_cookie(&flow).send().await;
    assert!(login.html().contains("Your session has ended. Sign in to go on."));
    assert!(!login.html().contains("half a thought"), "not before a sign-in");
    let (token, new_flow) = sign_in(&app, ADA, &flow).await;
    assert_ne!(new_flow, flow, "the flow has another id after a sign-in");
    let old = app.page("/notes").refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(!old.html().contains("half a thought"), "and the id before is worth nothing");
    let notes = app.page("/notes").refresh_cookie(&token).flow_cookie(&new_flow).send().await;
    assert!(notes.html().contains("half a thought"), "{}", notes.html());
    let again = app.page("/notes").refresh_cookie(&token).flow_cookie(&new_flow).send().await;
    assert!(!again.html().contains("half a thought"), "once");
}

#[tokio::test]
async fn nor_is_it_shown_to_anybody_else() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.sign_up(BOB).await;
    app.fetch("/api/auth/logout").of(&ada).send().await;
    let flow = post_too_late(&app, &ada, "/api/notes/add", &[("body", "half a thought")]).await;
    let (token, new_flow) = sign_in(&app, BOB, &flow).await;
    for flow in [&flow, &new_flow] {
        let notes = app.page("/notes").refresh_cookie(&token).flow_cookie(flow).send().await;
        assert!(notes.html().contains(BOB) && !notes.html().contains("half a thought"));
    }
    let (data,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM flows WHERE data LIKE '%half a thought%'")
        .fetch_one(app.db.readers())
        .await
        .expect("a count");
    assert_eq!(data, 0, "it is gone");
}

#[tokio::test]
async fn a_change_posted_after_the_session_ended_is_kept_too() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = add_note(&app, &ada, "milk").await;
    app.clock.advance(13 * auth::HOUR);
    let flow =
        post_too_late(&app, &ada, "/api/notes/edit", &[("id", &id), ("version", "1"), ("body", "oat milk")]).await;
    let (token, flow) = sign_in(&app, ADA, &flow).await;
    let page = app.page(&format!("/notes?edit={id}")).refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(page.html().contains("oat milk"), "{}", page.html());
    let (body,): (String,) =
        sqlx::query_as("SELECT body FROM notes").fetch_one(app.db.readers()).await.expect("a note");
    assert_eq!(body, "milk");
}

#[tokio::test]
async fn a_conflict_shows_both_texts_and_the_next_save_replaces_what_it_showed() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = add_note(&app, &ada, "milk").await;
    let edit = async |token: &str, version: &str, body: &str| {
        let fields = [("id", id.as_str()), ("version", version), ("body", body)];
        let page = format!("/notes?edit={id}");
        app.form("/api/notes/edit").refresh_cookie(token).from(&page).fields(&fields).send().await
    };
    let answer = edit(&ada.refresh, "1", "oat milk").await;
    let answer = edit(&app.refresh_token(&answer).expect("a token"), "1", "soy milk").await;
    let (token, flow) = (app.refresh_token(&answer).expect("a token"), app.flow(&answer).expect("a flow"));
    let page = app.page(answer.leads_on()).refresh_cookie(&token).flow_cookie(&flow).send().await;
    let html = page.html();
    assert!(html.contains("This was changed elsewhere since you opened it"), "{html}");
    assert!(html.contains("It now says:") && html.contains("oat milk") && html.contains("soy milk"), "{html}");
    assert!(html.contains(r#"name="version" value="2""#), "{html}");
    assert_eq!(edit(&token, "2", "soy milk").await.leads_on(), "/notes");
    assert_eq!(notes(&app, &ada).await, ["soy milk"]);
}

#[tokio::test]
async fn a_change_kept_over_a_sign_in_does_not_hide_what_was_changed_meanwhile() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let id = add_note(&app, &ada, "milk").await;
    app.clock.advance(13 * auth::HOUR);
    let flow =
        post_too_late(&app, &ada, "/api/notes/edit", &[("id", &id), ("version", "1"), ("body", "soy milk")]).await;
    let elsewhere = app.sign_in(ADA).await;
    let fields = [("id", id.as_str()), ("version", "1"), ("body", "oat milk")];
    app.fetch("/api/notes/edit").bearer(&elsewhere.bearer).fields(&fields).send().await;
    let (token, flow) = sign_in(&app, ADA, &flow).await;
    let page = app.page(&format!("/notes?edit={id}")).refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(page.html().contains("It now says:") && page.html().contains("oat milk"), "{}", page.html());
    assert!(page.html().contains("soy milk"), "{}", page.html());
}

#[tokio::test]
async fn a_text_of_nobody_is_kept_for_nobody() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for cookie in ["", "garbage"] {
        let ask = app.form("/api/notes/add").refresh_cookie(cookie).from("/notes").fields(&[("body", "planted")]);
        let answer = ask.send().await;
        assert_eq!(answer.leads_on(), "/login?next=/notes");
        let (token, flow) = sign_in(&app, ADA, &app.flow(&answer).expect("a flow")).await;
        let page = app.page("/notes").refresh_cookie(&token).flow_cookie(&flow).send().await;
        assert!(!page.html().contains("planted"));
    }
}

#[tokio::test]
async fn a_note_posted_after_another_tab_signed_out_is_kept_for_its_writer() {
    let app = TestApp::start().await;
    let signed_up = app.post_sign_up(ADA, PASSWORD).await;
    let (ada, device) = (app.person(&signed_up), signed_up.cookie("device").expect("a cookie"));
    app.fetch("/api/auth/logout").of(&ada).send().await;
    let fields = [("body", "half a thought"), ("sid", ada.sid.as_str())];
    // The refresh cookie is gone with the sign-out; by the other one the account knows the browser.
    let ask = app.form("/api/notes/add").device_cookie(device.value()).from("/notes").fields(&fields);
    let answer = ask.send().await;
    assert_eq!(answer.leads_on(), "/login?next=/notes");
    let (token, flow) = sign_in(&app, ADA, &app.flow(&answer).expect("a flow")).await;
    let notes = app.page("/notes").refresh_cookie(&token).flow_cookie(&flow).send().await;
    assert!(notes.html().contains("half a thought"), "{}", notes.html());
}

#[tokio::test]
async fn forms_of_five_tabs_at_once_are_all_written() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let post = async |body: &'static str| {
        let fields = [("body", body), ("sid", ada.sid.as_str())];
        app.form("/api/notes/add").of(&ada).from("/notes").fields(&fields).send().await
    };
    let answers = join_all(["a", "b", "c", "d", "e"].map(post)).await;
    let mut tokens: Vec<_> = answers.iter().map(|answer| app.refresh_token(answer).expect("a token")).collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "one rotation, and the others are given its token");
    let mut notes = super::notes(&app, &ada).await;
    notes.sort();
    assert_eq!(notes, ["a", "b", "c", "d", "e"]);
}
