//! Pages of other origins: refused, unless their origin is configured.

use crate::app::{ADA, PASSWORD, TestApp};
use crate::ask::Ask;
use http::Method;
use serde_json::json;

const FRIEND: &str = "https://app.example";

async fn with_a_friend() -> TestApp {
    TestApp::start_with(|config| config.api_allowed_origins = vec![FRIEND.to_owned()]).await
}

fn from<'a>(ask: Ask<'a>, origin: &str) -> Ask<'a> {
    ask.header("origin", origin).header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "cors")
}

fn preflight<'a>(app: &'a TestApp, path: &str, origin: &str) -> Ask<'a> {
    from(app.api(Method::OPTIONS, path), origin)
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "authorization,content-type,if-match,idempotency-key")
}

#[tokio::test]
async fn it_is_closed_by_default() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    let read = from(app.api(Method::GET, "/me"), FRIEND).bearer(&client.bearer).send().await;
    assert_eq!(
        (read.status, read.header("access-control-allow-origin")),
        (200, None),
        "the browser shows it to no page"
    );
    let write = from(app.api_post("/login", &json!({"email": ADA, "password": PASSWORD})), FRIEND).send().await;
    write.is_problem(403, "cross_origin");
    let preflight = preflight(&app, "/me", FRIEND).send().await;
    preflight.is_problem(401, "unauthenticated");
    assert_eq!(preflight.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_configured_origin_may_use_it_without_cookies() {
    let app = with_a_friend().await;
    let person = app.sign_up(ADA).await;
    let asked = preflight(&app, "/me", FRIEND).send().await;
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (200, Some(FRIEND)));
    assert!(asked.header("access-control-allow-methods").expect("methods").contains("PUT"));
    assert!(asked.header("access-control-allow-headers").expect("headers").contains("if-match"));
    assert_eq!(asked.header("access-control-allow-credentials"), None);

    let login = json!({"email": ADA, "password": PASSWORD});
    let answer = from(app.api_post("/login", &login), FRIEND).of(&person).send().await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(FRIEND)));
    assert_eq!((answer.cookies().len(), app.session(&person.sid).await), (0, (0, None)));
    // It reads errors, too.
    let refused = from(app.api(Method::GET, "/me"), FRIEND).send().await;
    refused.is_problem(401, "unauthenticated");
    assert_eq!(refused.header("access-control-allow-origin"), Some(FRIEND));
    assert!(refused.header("vary").is_some_and(|vary| vary.contains("origin")));
}

#[tokio::test]
async fn no_other_origin_is_let_in_beside_it() {
    let app = with_a_friend().await;
    let person = app.sign_up(ADA).await;
    let login = json!({"email": ADA, "password": PASSWORD});
    for origin in [
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "null",
    ] {
        let asked = preflight(&app, "/login", origin).send().await;
        assert_eq!(asked.header("access-control-allow-origin"), None, "{origin}");
        from(app.api_post("/login", &login), origin).send().await.is_problem(403, "cross_origin");
    }
    let doubled = from(app.api_post("/login", &login), FRIEND).doubled("origin", "https://evil.example");
    doubled.send().await.is_problem(403, "cross_origin");
    // The site's own endpoints are not opened by it.
    let site = from(app.fetch("/api/account/name"), FRIEND).bearer(&person.bearer).fields(&[("display_name", "x")]);
    site.send().await.is_refused(403, "cross_origin");
}
