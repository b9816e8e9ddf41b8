//! The security headers of every answer.

use crate::answer::Answer;
use crate::app::{ADA, TestApp};
use app::SITE;

/// One answer of each kind: pages, redirects, errors, files, health checks.
async fn answers(app: &TestApp) -> Vec<(&'static str, Answer)> {
    let ada = app.sign_up(ADA).await;
    let form = |path| app.form(path).from("/login").fields(&[("email", "x"), ("password", "y")]).send();
    vec![
        ("page", app.open_page("/").await),
        ("page, signed in", app.open_page_as(&ada, "/account").await),
        ("404 page", app.open_page("/nowhere").await),
        ("redirect of a guard", app.open_page("/account").await),
        ("redirect of a form", form("/api/auth/login").await),
        ("API answer", app.me(&ada.bearer).await),
        ("renewal", app.renew(&ada.refresh).await),
        ("sign-out", app.fetch("/api/auth/logout").send().await),
        ("API error", app.me("x").await),
        ("unknown endpoint", app.fetch("/api/nowhere").send().await),
        ("wrong method", app.open_page("/api/auth/me").await),
        ("cross-origin", app.fetch("/api/auth/me").header("sec-fetch-site", "cross-site").send().await),
        ("cross-origin form", app.form("/api/auth/me").header("sec-fetch-site", "cross-site").send().await),
        ("wrong host", app.page("/").header("host", "evil.example").send().await),
        ("public file", app.open_page("/favicon.svg").await),
        ("health", app.open_page("/healthz").await),
        ("readiness", app.open_page("/readyz").await),
    ]
}

#[tokio::test]
async fn every_answer_says_what_to_refuse() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        let https = app.origin.starts_with("https:");
        for (what, answer) in answers(&app).await {
            let header = |name| answer.header(name);
            assert_eq!(header("x-content-type-options"), Some("nosniff"), "{what}");
            assert_eq!(header("origin-agent-cluster"), Some("?1"), "{what}");
            assert_eq!(header("x-frame-options"), Some("DENY"), "{what}");
            assert_eq!(header("referrer-policy"), Some("same-origin"), "{what}");
            assert_eq!(header("cross-origin-opener-policy"), Some("same-origin"), "{what}");
            assert_eq!(header("cross-origin-resource-policy"), Some("same-origin"), "{what}");
            assert!(header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")), "{what}");
            let hsts = https.then_some("max-age=31536000; includeSubDomains");
            assert_eq!(header("strict-transport-security"), hsts, "{what}");
            let cache = if what == "public file" { "no-cache" } else { "no-store" };
            assert_eq!(header("cache-control"), Some(cache), "{what}");
            assert!(header("access-control-allow-origin").is_none(), "{what}");
            assert!(header("server").is_none() && header("x-powered-by").is_none(), "{what}");
            let id = header("x-request-id").expect("a request id");
            assert!(uuid::Uuid::parse_str(id).is_ok(), "{what}: {id}");
            assert!(header("serverfnerror").is_none() && header("serverfnredirect").is_none(), "{what}: {answer:?}");
        }
    }
}

/// The directives of an answer's policy.
fn policy(answer: &Answer) -> Vec<&str> {
    let policy = answer.header("content-security-policy").expect("a policy");
    policy.split(';').map(str::trim).collect()
}

fn nonce(answer: &Answer) -> String {
    let scripts = policy(answer).into_iter().find(|directive| directive.starts_with("script-src ")).expect("scripts");
    let nonces: Vec<_> = scripts.split(' ').filter_map(|source| source.strip_prefix("'nonce-")).collect();
    assert_eq!(nonces.len(), 1, "{scripts}");
    nonces[0].trim_end_matches('\'').to_owned()
}

/// The answers under `/api/` that are not a page. (A form from another site is answered with a page.)
const OF_THE_API: &[&str] = &[
    "redirect of a form",
    "API answer",
    "renewal",
    "sign-out",
    "API error",
    "unknown endpoint",
    "wrong method",
    "cross-origin",
];

#[tokio::test]
async fn the_policy_is_enforced_on_every_answer() {
    let app = TestApp::start().await;
    let mut nonces = std::collections::HashSet::new();
    for (what, answer) in answers(&app).await {
        assert!(answer.header("content-security-policy-report-only").is_none());
        if OF_THE_API.contains(&what) {
            let nothing = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'none'"];
            assert_eq!(policy(&answer), nothing, "{what}");
            assert_eq!(answer.header("reporting-endpoints"), None, "{what}");
            continue;
        }
        let nonce = nonce(&answer);
        assert!(nonce.len() >= 20, "{what}: {nonce}");
        assert_eq!(
            policy(&answer),
            [
                "default-src 'self'",
                &format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
                "form-action 'self'",
                "report-uri /csp-reports",
                "report-to csp",
            ],
            "{what}"
        );
        assert_eq!(answer.header("reporting-endpoints"), Some(r#"csp="/csp-reports""#), "{what}");
        assert!(nonces.insert(nonce), "{what}: every page has a nonce of its own");
    }
}

#[tokio::test]
async fn every_script_carries_the_nonce_and_nothing_is_inline_beside() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.set_name(&ada, "a name").await;
    let mut pages = Vec::new();
    for path in SITE.pages().map(|page| page.path).chain(["/nowhere"]) {
        for answer in [app.open_page(path).await, app.open_page_as(&ada, path).await] {
            // The guard leads away from a page for other people.
            if answer.status != 302 {
                pages.push(answer);
            }
        }
    }
    assert!(pages.len() > SITE.pages().count(), "every page is shown to someone");
    for page in pages {
        let nonce = format!(r#"nonce="{}""#, nonce(&page));
        let scripts: Vec<&str> = page.html().split("<script").skip(1).collect();
        assert!(!scripts.is_empty());
        for script in scripts {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains(&nonce), "<script{tag}>");
        }
        for inline in [" style=", " onclick=", " onsubmit=", " onload=", "javascript:", "<style"] {
            assert!(!page.html().contains(inline), "{inline}");
        }
    }
}

#[tokio::test]
async fn a_request_id_is_ours_to_give() {
    let app = TestApp::start().await;
    let mut ids = std::collections::HashSet::new();
    for path in ["/", "/nowhere", "/healthz", "/api/nowhere"] {
        let answer = app.page(path).header("x-request-id", "of-the-client").send().await;
        let id = answer.header("x-request-id").expect("an id").to_owned();
        assert_ne!(id, "of-the-client");
        assert!(ids.insert(id), "every answer has an id of its own");
    }
}

#[tokio::test]
async fn an_answer_with_a_token_is_not_compressed() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let page = app.open_page("/").await;
    let compressed = app.page("/").header("accept-encoding", "br, gzip").send().await;
    assert_eq!((page.header("content-encoding"), compressed.header("content-encoding")), (None, Some("br")));
    assert!(compressed.body.len() < page.body.len());
    let answer = app.fetch("/api/auth/refresh").of(&ada).header("accept-encoding", "br, gzip").send().await;
    assert_eq!((answer.status, answer.header("content-encoding")), (200, None));
}
