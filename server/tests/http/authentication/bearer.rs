//! Access tokens, and that nothing else authenticates a fetch.

use crate::app::{ADA, BOB, NAMES_SET, TestApp, WRONG_PASSWORD, another_secret};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::Method;

/// The endpoints that ask for a session.
const GUARDED: &[&str] =
    &["/api/auth/me", "/api/account/devices", "/api/account/devices/end", "/api/account/name", "/api/account/activity"];
/// Enough for each of them.
const FIELDS: &[(&str, &str)] = &[("id", "0198c0de-0000-7000-8000-000000000000"), ("display_name", "x")];

#[tokio::test]
async fn the_cookie_alone_authenticates_no_fetch() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in GUARDED {
        let answer = app.fetch(path).of(&ada).fields(FIELDS).send().await;
        answer.is_refused(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api""#));
        assert!(answer.cookies().is_empty());
    }
    // A page that is fetched by a script is rendered signed out.
    for mode in ["cors", "no-cors", "same-origin"] {
        let page = app.page("/").of(&ada).header("sec-fetch-mode", mode).send().await;
        assert!(!page.text().contains(ADA), "{mode}");
        let page = app.page("/account").of(&ada).header("sec-fetch-mode", mode).send().await;
        assert_eq!((page.status, page.location()), (302, "/login?next=/account"), "{mode}");
    }
    assert_eq!(app.session(&ada.sid).await, (0, None));
}

#[tokio::test]
async fn no_token_but_a_genuine_one_is_accepted() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    // The same site and claims, with another secret and so with another key.
    let another = TestApp::start_with(|config| {
        config.auth.secret = another_secret();
        app.origin.clone_into(&mut config.auth.public_url);
    })
    .await;
    let of_another_secret = another.sign_up(ADA).await.bearer;
    let of_another_site = TestApp::start_on_https().await.sign_up(ADA).await.bearer;
    let parts: Vec<&str> = ada.bearer.split('.').collect();
    let unsigned = format!("{}.{}.", BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#), parts[1]);
    let swapped = format!("{}.{}.{}", parts[0], of_another_secret.split('.').nth(1).unwrap_or_default(), parts[2]);
    let truncated = &ada.bearer[..ada.bearer.len() - 1];
    for token in ["", "x", "a.b.c", &unsigned, &swapped, truncated, &of_another_secret, &of_another_site, &ada.refresh]
    {
        for path in GUARDED {
            let answer = app.fetch(path).of(&ada).bearer(token).fields(FIELDS).send().await;
            answer.is_refused(401, "unauthenticated");
            // RFC 6750, section 3.1: a cause is named where a token was presented.
            let challenge =
                if token.is_empty() { r#"Bearer realm="api""# } else { r#"Bearer realm="api", error="invalid_token""# };
            assert_eq!(answer.header("www-authenticate"), Some(challenge));
        }
    }
    assert_eq!(app.count(NAMES_SET).await, 0);
}

#[tokio::test]
async fn the_scheme_is_bearer_in_any_case() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for (value, status) in [
        (format!("Bearer {}", ada.bearer), 200),
        (format!("bearer {}", ada.bearer), 200),
        (format!("BEARER {}", ada.bearer), 200),
        (format!("Basic {}", ada.bearer), 401),
        (format!("Token {}", ada.bearer), 401),
        (ada.bearer.clone(), 401),
    ] {
        assert_eq!(app.fetch("/api/auth/me").header("authorization", &value).send().await.status, status, "{value}");
    }
}

#[tokio::test]
async fn a_proxy_may_ask_for_a_password_of_its_own() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let behind = |path| app.fetch(path).of(&ada).header("authorization", "Basic YWRtaW46b3R0ZXI=");
    assert_eq!(behind("/api/auth/me").access_token(&ada.bearer).send().await.json()["email"], ADA);
    assert_eq!(app.fetch("/api/auth/me").access_token(&ada.bearer).send().await.status, 200);
    behind("/api/auth/me").send().await.is_refused(401, "unauthenticated");
    behind("/api/auth/me").access_token("x").send().await.is_refused(401, "unauthenticated");
    assert_eq!(behind("/api/auth/refresh").send().await.status, 200);
    // A browser that does not say how a request came about is still opening a page.
    let page = app.page("/account").without("sec-fetch-mode").without("sec-fetch-site");
    let page = page.of(&ada).header("authorization", "Basic YWRtaW46b3R0ZXI=").send().await;
    assert!(page.html().contains(ADA));
}

#[tokio::test]
async fn two_access_tokens_that_differ_are_refused() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let both = |token: &str| app.fetch("/api/auth/me").access_token(&ada.bearer).doubled("x-access-token", token);
    assert_eq!(both(&ada.bearer).send().await.json()["email"], ADA);
    for other in [&bob.bearer, "", "x"] {
        both(other).send().await.is_refused(400, "bad_request");
    }
}

#[tokio::test]
async fn a_proxy_may_put_a_bearer_token_of_its_own_there() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let me = app.fetch("/api/auth/me").bearer("of-the-proxy").access_token(&ada.bearer).send().await;
    assert_eq!(me.json()["email"], ADA);
}

#[tokio::test]
async fn no_cache_keeps_what_an_access_token_was_shown() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let page = app.page("/account").header("sec-fetch-mode", "cors").access_token(&ada.bearer).send().await;
    assert!(page.html().contains(ADA));
    // Of this header a cache knows nothing (RFC 9111, section 3.5).
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let answer = app.fetch("/api/auth/me").access_token(&ada.bearer).send().await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_token_lives_ten_minutes() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.clock.advance(10 * auth::MINUTE - auth::SECOND);
    assert_eq!(app.me(&ada.bearer).await.status, 200);
    app.clock.advance(auth::SECOND);
    app.me(&ada.bearer).await.is_refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_is_good_for_its_own_session_only() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    assert_eq!(app.me(&bob.bearer).await.json()["email"], BOB);
    // The cookie in the same request does not matter.
    let answer = app.fetch("/api/auth/me").of(&ada).bearer(&bob.bearer).send().await;
    assert_eq!(answer.json()["email"], BOB);
    assert!(answer.cookies().is_empty());
}

#[tokio::test]
async fn a_page_may_be_fetched_with_a_token() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let page = app.page("/account").header("sec-fetch-mode", "cors").bearer(&ada.bearer).send().await;
    assert_eq!(page.status, 200);
    assert!(page.html().contains(ADA));
    let page = app.native("/account").method(Method::GET).bearer(&ada.bearer).send().await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn a_refused_request_with_a_good_token_does_not_call_it_invalid() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let without_cookie = app.fetch("/api/auth/refresh").bearer(&ada.bearer).send().await;
    without_cookie.is_refused(401, "unauthenticated");
    assert_eq!(without_cookie.header("www-authenticate"), Some(r#"Bearer realm="api""#));
    let fields = [("email", ADA), ("password", WRONG_PASSWORD)];
    let wrong_password = app.fetch("/api/auth/login").bearer("x").fields(&fields).send().await;
    wrong_password.is_refused(401, "invalid_credentials");
    assert_eq!(wrong_password.header("www-authenticate"), Some(r#"Bearer realm="api""#), "the password was refused");
}
