//! Requests of pages of another origin.

use crate::app::{ADA, BOB, HTTPS, PASSWORD, Person, TestApp, closed_endpoints, endpoints, until};
use crate::ask::Ask;

/// Everything that could make `path` do something for Ada, or make an account for Bob.
fn armed<'a>(ask: Ask<'a>, path: &str, ada: &Person) -> Ask<'a> {
    let email = if path.ends_with("signup") { BOB } else { ADA };
    ask.of(ada).bearer(&ada.bearer).fields(&[
        ("email", email),
        ("password", PASSWORD),
        ("id", &ada.sid),
        ("display_name", "x"),
    ])
}

struct Victim<'a> {
    app: &'a TestApp,
    ada: Person,
}

impl<'a> Victim<'a> {
    async fn of(app: &'a TestApp) -> Self {
        let ada = app.sign_up(ADA).await;
        app.set_name(&ada, "mine").await;
        Self { app, ada }
    }

    /// `change` makes a request of ours into one of another origin, which must be refused for each endpoint.
    async fn is_safe(&self, what: &str, change: impl Fn(Ask<'a>) -> Ask<'a>) {
        for path in endpoints() {
            let fetch = armed(change(self.app.fetch(path)), path, &self.ada).send().await;
            fetch.is_refused(403, "cross_origin");
            assert!(fetch.cookies().is_empty(), "{what} {path}");
            let form = armed(change(self.app.form(path)), path, &self.ada);
            let form = form.from("/account/devices").without("authorization").send().await;
            assert_eq!(form.status, 403, "{what} {path}");
            assert!(form.html().contains("came from another site"));
            assert!(form.cookies().is_empty(), "{what} {path}");
        }
        assert_eq!(self.app.session(&self.ada.sid).await, (0, None), "{what}");
        assert_eq!(self.app.count("SELECT COUNT(*) FROM users").await, 1, "{what}");
        assert_eq!(self.app.count("SELECT COUNT(*) FROM sessions").await, 1, "{what}");
        assert_eq!(self.app.count("SELECT COUNT(*) FROM flows").await, 0, "{what}");
        assert_eq!(self.app.name(&self.ada).await, ("mine".into(), 1), "{what}");
    }
}

#[tokio::test]
async fn what_a_browser_says_comes_from_elsewhere_is_refused() {
    let app = TestApp::start().await;
    let victim = Victim::of(&app).await;
    for site in ["cross-site", "same-site", "none", "", "Same-Origin", "same-origin, cross-site"] {
        victim.is_safe(site, |ask| ask.header("sec-fetch-site", site)).await;
        // The origin does not help.
        victim.is_safe(site, |ask| ask.header("sec-fetch-site", site).without("origin")).await;
    }
    victim.is_safe("said twice", |ask| ask.doubled("sec-fetch-site", "same-origin")).await;
}

#[tokio::test]
async fn where_it_does_not_say_the_origin_must_be_ours() {
    let app = TestApp::start_on_https().await;
    let victim = Victim::of(&app).await;
    for origin in [
        "null",
        "",
        "http://latchkey.example",
        "https://latchkey.example:8443",
        "https://www.latchkey.example",
        "https://latchkey.example.evil.example",
        "https://evil.example",
        "https://latchkey.example/",
        "latchkey.example",
        "https://latchkey.example, https://evil.example",
        "file://",
        "http://127.0.0.1",
        "http://localhost",
    ] {
        victim.is_safe(origin, |ask| ask.without("sec-fetch-site").header("origin", origin)).await;
    }
    victim.is_safe("two origins", |ask| ask.without("sec-fetch-site").doubled("origin", HTTPS)).await;
}

#[tokio::test]
async fn in_development_another_port_is_another_origin() {
    let app = TestApp::start().await;
    let victim = Victim::of(&app).await;
    let port = app.address.port();
    for origin in [
        "null".to_owned(),
        "http://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:{}", port ^ 1),
        format!("https://127.0.0.1:{port}"),
        format!("http://127.0.0.2:{port}"),
        format!("http://localhost.evil.example:{port}"),
        // No browser writes an origin so.
        format!("http://x@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}/account"),
        format!("http://127.0.0.1:{port}?"),
    ] {
        victim.is_safe(&origin, |ask| ask.without("sec-fetch-site").header("origin", &origin)).await;
    }
}

#[tokio::test]
async fn our_own_origin_passes() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        let ada = app.sign_up(ADA).await;
        let by_origin = app.fetch("/api/auth/refresh").of(&ada).without("sec-fetch-site").send().await;
        assert_eq!(by_origin.status, 200);
        let ada = app.person(&by_origin);
        let by_site = app.fetch("/api/auth/refresh").of(&ada).without("origin").send().await;
        assert_eq!(by_site.status, 200);
        // A redirect within our site, or a privacy setting, may hide the origin: then what the browser says decides.
        let ada = app.person(&by_site);
        assert_eq!(app.fetch("/api/auth/refresh").of(&ada).header("origin", "null").send().await.status, 200);
    }
}

#[tokio::test]
async fn in_development_this_machines_names_are_one() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for name in ["localhost", "127.0.0.1", "[::1]"] {
        let origin = format!("http://{name}:{}", app.address.port());
        let ask = app.fetch("/api/auth/refresh").of(&ada).without("sec-fetch-site").header("origin", &origin);
        assert_eq!(ask.send().await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn no_other_origin_is_allowed_to_ask() {
    let app = TestApp::start().await;
    for path in endpoints() {
        let ask = app.native(path).method(http::Method::OPTIONS).header("origin", "https://evil.example");
        let preflight = ask.header("access-control-request-method", "POST").send().await;
        assert_eq!(preflight.status, if closed_endpoints().contains(&path) { 401 } else { 405 }, "{path}");
        assert!(preflight.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{preflight:?}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_may_link_here() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let page = app.page("/account").header("sec-fetch-site", "cross-site").of(&ada).send().await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn what_was_refused_is_an_event() {
    let app = TestApp::start().await;
    app.fetch("/api/auth/login").header("sec-fetch-site", "cross-site").send().await;
    until("the refusal is recorded", || async {
        app.count("SELECT COUNT(*) FROM events WHERE kind = 'cross_origin_refused' AND address = '127.0.0.1'").await
            == 1
    })
    .await;
}
