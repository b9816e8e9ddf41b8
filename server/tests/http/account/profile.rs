//! `/account` and `/api/account/name`.

use crate::answer::Answer;
use crate::app::{ADA, BOB, Person, TestApp};
use serde_json::Value;

async fn post_name(app: &TestApp, person: &Person, name: &str) -> Answer {
    app.fetch("/api/account/name").bearer(&person.bearer).fields(&[("display_name", name)]).send().await
}

#[tokio::test]
async fn a_name_is_set_and_taken_back() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    assert_eq!(app.me(&ada.bearer).await.json()["display_name"], Value::Null);
    let answer = post_name(&app, &ada, "  Ada <Lovelace> ").await;
    assert_eq!((answer.status, answer.json()["display_name"].as_str()), (200, Some("Ada <Lovelace>")));
    assert_eq!(app.me(&ada.bearer).await.json()["display_name"], "Ada <Lovelace>");
    assert_eq!(app.me(&bob.bearer).await.json()["display_name"], Value::Null, "nobody else's");
    let page = app.open_page_as(&ada, "/account").await;
    assert!(page.html().contains("Ada &lt;Lovelace&gt;") && !page.html().contains("<Lovelace>"), "{}", page.html());
    assert_eq!(post_name(&app, &ada, "").await.json()["display_name"], Value::Null);
    assert!(!app.open_page_as(&ada, "/account").await.html().contains("Lovelace"));
}

#[tokio::test]
async fn a_name_that_cannot_be_kept_is_refused() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for (name, error) in [("ä".repeat(81), "too_long"), ("a\0b".into(), "unprintable")] {
        let answer = post_name(&app, &ada, &name).await;
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"]["display_name"]["error"], error);
    }
    assert_eq!(post_name(&app, &ada, &"ä".repeat(80)).await.status, 200);
}

#[tokio::test]
async fn a_form_sets_a_name_and_brings_a_refused_one_back() {
    let app = TestApp::start().await;
    let mut ada = app.sign_up(ADA).await;
    let post = |ada: &Person, name: &str| {
        let fields = [("display_name", name), ("sid", &ada.sid)];
        app.form("/api/account/name").of(ada).from("/account").fields(&fields)
    };
    let long = "Ada ".repeat(21);
    let refused = post(&ada, &long).send().await;
    assert!(refused.leads_on().starts_with("/account?__path="), "{refused:?}");
    ada.refresh = app.refresh_token(&refused).expect("a token");
    let flow = app.flow(&refused).expect("a flow");
    let page = app.page(refused.leads_on()).of(&ada).flow_cookie(&flow).send().await;
    assert!(page.html().contains(&format!(r#"value="{long}""#)), "{}", page.html());
    assert!(page.html().contains("Use at most 80 characters."));
    let saved = post(&ada, "Ada").send().await;
    assert_eq!(saved.leads_on(), "/account");
    ada.refresh = app.refresh_token(&saved).expect("a token");
    let flow = app.flow(&saved).expect("a flow");
    let page = app.page("/account").of(&ada).flow_cookie(&flow).send().await;
    assert!(page.html().contains("Your name is saved.") && page.html().contains(r#"value="Ada""#), "{}", page.html());
}

#[tokio::test]
async fn the_section_is_one_for_someone() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ["/account", "/account/security", "/account/devices", "/account/activity", "/account/data"] {
        let page = app.open_page_as(&ada, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.html().contains(&format!(r#"href="{path}" aria-current="page""#)), "{path}: {}", page.html());
        let answer = app.open_page(path).await;
        assert_eq!((answer.status, answer.location()), (302, &*format!("/login?next={path}")));
    }
    for path in [
        "name",
        "password",
        "devices",
        "devices/end",
        "devices/end-others",
        "activity",
        "data",
        "delete",
        "reauthenticate",
    ] {
        let fields = [
            ("display_name", "x"),
            ("current_password", "x"),
            ("new_password", "x"),
            ("id", "x"),
            ("confirmation", ADA),
        ];
        let answer = app.fetch(&format!("/api/account/{path}")).of(&ada).fields(&fields).send().await;
        answer.is_refused(401, "unauthenticated");
        assert!(answer.cookies().is_empty(), "the cookie alone is no proof: {path}");
        let answer = app.form(&format!("/api/account/{path}")).from("/account").fields(&fields).send().await;
        assert_eq!(answer.leads_on(), "/login?next=/account", "{path}");
    }
}
