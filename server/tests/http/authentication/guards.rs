//! Redirects of guarded pages.

use crate::app::{ADA, PASSWORD, TestApp};
use http::Method;

/// Signs in by a form on the page that `next` came with, and gives where it leads.
async fn next_after_login(app: &TestApp, next: &str) -> String {
    let fields = [("email", ADA), ("password", PASSWORD), ("next", next)];
    let answer = app.form("/api/auth/login").from("/login").fields(&fields).send().await;
    assert!(app.refresh_token(&answer).is_some(), "{answer:?}");
    answer.leads_on().to_owned()
}

#[tokio::test]
async fn a_guarded_page_leads_to_sign_in_and_back() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for (path, login) in [
        ("/account", "/login?next=/account"),
        ("/account/devices", "/login?next=/account/devices"),
        ("/account/devices?edit=1&x=a%20b", "/login?next=/account/devices%3Fedit%3D1%26x%3Da%2520b"),
        ("/account/devices?__path=%2Fapi%2Fx&__err=y", "/login?next=/account/devices"),
    ] {
        let answer = app.open_page(path).await;
        assert_eq!((answer.status, answer.location()), (302, login), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let head = app.page(path).method(Method::HEAD).send().await;
        assert_eq!((head.status, head.location()), (302, login), "{path}");
    }
    let login = app.open_page("/login?next=/account/devices%3Fedit%3D1%26x%3Da%2520b").await;
    assert!(login.html().contains(r#"name="next" value="/account/devices?edit=1&amp;x=a%20b""#), "{}", login.text());
    assert_eq!(next_after_login(&app, "/account/devices?edit=1&x=a%20b").await, "/account/devices?edit=1&x=a%20b");
}

#[tokio::test]
async fn a_page_with_a_slash_too_many_leads_to_the_page() {
    let app = TestApp::start().await;
    for (path, page) in
        [("/account/", "/account"), ("/account/devices/?edit=1", "/account/devices?edit=1"), ("/login/", "/login")]
    {
        let answer = app.open_page(path).await;
        assert_eq!((answer.status, answer.location()), (308, page), "{path}");
    }
    assert_eq!(app.open_page("//evil.example/").await.status, 404);
}

#[tokio::test]
async fn next_is_a_path_of_this_site_or_nothing() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for next in ["/", "/account/devices", "/account/devices?edit=x", "/account/devices?edit=/.//b"] {
        assert_eq!(next_after_login(&app, next).await, next);
    }
    for next in [
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "https:evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\u{85}",
        "/\0",
        "javascript:alert(1)",
        "http:/evil.example",
        // What is left of these without their dots begins with two slashes.
        "/.//evil.example",
        "/..//evil.example",
        "/%2e//evil.example",
        "/%2E%2e//evil.example",
        "/a/..//evil.example",
        "/a//b",
    ] {
        assert_eq!(next_after_login(&app, next).await, "/account", "{next:?}");
    }
    assert_eq!(next_after_login(&app, &format!("/{}", "a".repeat(3000))).await, "/account");
}

#[tokio::test]
async fn next_beyond_ascii_is_followed_too() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    assert_eq!(next_after_login(&app, "/account/devices?edit=ä").await, "/account/devices?edit=%C3%A4");
    assert_eq!(next_after_login(&app, "/account/devices?edit=%C3%A4").await, "/account/devices?edit=%C3%A4");
    assert_eq!(next_after_login(&app, "/account/devices?edit=a b\"<>").await, "/account/devices?edit=a%20b%22%3C%3E");
}

#[tokio::test]
async fn a_signed_in_person_is_led_away_from_the_way_in() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for (path, to) in
        [("/login", "/account"), ("/login?next=/account/devices", "/account/devices"), ("/signup", "/account")]
    {
        let answer = app.open_page_as(&ada, path).await;
        assert_eq!((answer.status, answer.location()), (302, to), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn a_page_has_one_address() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for (path, page) in [
        ("/account/", "/account"),
        ("/account/devices/?edit=1", "/account/devices?edit=1"),
        ("/login/?next=/account/devices", "/login?next=/account/devices"),
    ] {
        for answer in [app.open_page(path).await, app.open_page_as(&ada, path).await] {
            assert_eq!((answer.status, answer.location()), (308, page));
        }
    }
    for path in ["//", "/account//", "//account/", "/nowhere/", "//evil.example/"] {
        assert_eq!(app.open_page(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn guards_do_not_lead_in_circles() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let second = app.person(&app.renew(&ada.refresh).await);
    // A repeated token, then the current one, then garbage; at last one that was replaced twice.
    let cookies = [(ada.refresh.clone(), true), (second.refresh.clone(), true), ("garbage".to_owned(), false)];
    for (cookie, signed_in) in cookies {
        follow(&app, &cookie, signed_in).await;
    }
    app.renew(&second.refresh).await;
    // Within the grace of half a minute that one is repeated, too.
    app.clock.advance(auth::MINUTE);
    follow(&app, &ada.refresh, false).await;
}

/// Follows redirects from each page; asserts that they end.
async fn follow(app: &TestApp, cookie: &str, signed_in: bool) {
    for start in ["/account", "/account/devices", "/login?next=/account", "/signup"] {
        let mut path = start.to_owned();
        let mut hops = 0;
        loop {
            let answer = app.page(&path).refresh_cookie(cookie).send().await;
            if answer.status == 200 {
                assert_eq!(answer.text().contains(ADA), signed_in, "{start}");
                break;
            }
            assert_eq!(answer.status, 302);
            answer.location().clone_into(&mut path);
            hops += 1;
            assert!(hops <= 1, "{start} leads to {path}");
        }
    }
}
