//! Where a person was going: `next` survives every detour between sign-in, sign-up and a forgotten password.

use crate::app::{ADA, BOB, PASSWORD, TestApp};

const NOTE: &str = "/notes?edit=1&x=a%20b";
/// The same in a query.
const ENCODED: &str = "/notes%3Fedit%3D1%26x%3Da%2520b";
const HOSTILE: [&str; 7] = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "/.//evil.example",
    "/\r\nSet-Cookie: a=b",
    "/reset-password?token=abc",
    "",
];

/// A server on which nobody signs in before they have confirmed their address.
async fn strict() -> TestApp {
    TestApp::start_with(|config| config.auth.require_verified_email = true).await
}

#[tokio::test]
async fn every_page_of_the_detour_hands_next_on() {
    let app = TestApp::start().await;
    for (page, links) in [
        ("/login", &["/signup", "/forgot-password"][..]),
        ("/signup", &["/login"]),
        ("/signup/sent", &["/login"]),
        ("/forgot-password", &["/login"]),
        ("/forgot-password/sent", &["/forgot-password"]),
    ] {
        let answer = app.open_page(&format!("{page}?next={ENCODED}&__path=/api/x&__err=y")).await;
        for link in links {
            assert!(answer.html().contains(&format!(r#"href="{link}?next={ENCODED}""#)), "{page}: {}", answer.html());
        }
        let is_form = answer.html().contains("<form");
        let field = r#"name="next" value="/notes?edit=1&amp;x=a%20b""#;
        assert_eq!(answer.html().contains(field), is_form, "{page}: {}", answer.html());
        let plain = app.open_page(page).await;
        assert!(!plain.html().contains("next="), "{page}: {}", plain.html());
        for hostile in ["//evil.example", "/%5Cevil.example", "https://evil.example", "/verify-email?token=abc"] {
            let answer = app.open_page(&format!("{page}?next={hostile}")).await;
            assert!(!answer.html().contains("href=\"/login?next"), "{page}, {hostile}: {}", answer.html());
            assert!(!answer.html().contains("href=\"/signup?next"), "{page}, {hostile}: {}", answer.html());
        }
    }
}

#[tokio::test]
async fn signing_up_leads_to_next() {
    let app = TestApp::start().await;
    let fields = [("email", ADA), ("password", PASSWORD), ("next", NOTE)];
    let page = format!("/signup?next={ENCODED}");
    let refused = app.form("/api/auth/signup").from(&page).fields(&[("password", "short"), ("email", ADA)]);
    let refused = refused.send().await;
    assert!(refused.leads_on().starts_with(&page), "a refused form keeps the way: {refused:?}");
    let answer = app.form("/api/auth/signup").from(&page).fields(&fields).send().await;
    assert_eq!(answer.leads_on(), NOTE);
    for (number, hostile) in HOSTILE.into_iter().enumerate() {
        let email = format!("ada{number}@example.com");
        let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", hostile)];
        let answer = app.form("/api/auth/signup").from("/signup").fields(&fields).send().await;
        assert_eq!(answer.leads_on(), "/account", "{hostile:?}");
    }
}

#[tokio::test]
async fn signing_up_leads_on_by_the_page_that_says_to_look_for_mail() {
    let app = strict().await;
    let fields = [("email", ADA), ("password", PASSWORD), ("next", NOTE)];
    for _known in [false, true] {
        let answer = app.form("/api/auth/signup").from("/signup").fields(&fields).send().await;
        assert_eq!(answer.leads_on(), format!("/signup/sent?next={ENCODED}"));
    }
    for (number, hostile) in HOSTILE.into_iter().enumerate() {
        let email = format!("ada{number}@example.com");
        let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", hostile)];
        let answer = app.form("/api/auth/signup").from("/signup").fields(&fields).send().await;
        assert_eq!(answer.leads_on(), "/signup/sent", "{hostile:?}");
    }
}

#[tokio::test]
async fn asking_for_a_new_password_leads_on_with_next() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for (email, next, sent) in [
        (ADA, NOTE, format!("/forgot-password/sent?next={ENCODED}")),
        (BOB, NOTE, format!("/forgot-password/sent?next={ENCODED}")),
        (BOB, "//evil.example", "/forgot-password/sent".to_owned()),
    ] {
        let fields = [("email", email), ("next", next)];
        let answer = app.form("/api/auth/forgot-password").from("/forgot-password").fields(&fields).send().await;
        assert_eq!(answer.leads_on(), sent, "{email}, {next}");
    }
}

#[tokio::test]
async fn somebody_who_is_signed_in_by_now_gets_where_they_were_going() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for page in ["/login", "/signup", "/signup/sent"] {
        for (query, next) in [
            (format!("?next={ENCODED}"), NOTE),
            ("?next=/notes%3Fedit%3D%C3%A4".to_owned(), "/notes?edit=%C3%A4"),
            ("?next=/login".to_owned(), "/account"),
            ("?next=//evil.example".to_owned(), "/account"),
            (String::new(), "/account"),
        ] {
            let answer = app.open_page_as(&ada, &format!("{page}{query}")).await;
            assert_eq!((answer.status, answer.location()), (302, next), "{page}{query}");
        }
    }
}

#[tokio::test]
async fn a_session_that_ends_while_the_password_is_asked_for_anew_leads_past_that_page() {
    let app = TestApp::start().await;
    let path = "/reauthenticate?next=/account/data";
    assert_eq!(app.open_page(path).await.location(), "/login?next=/account/data");
    let answer = app.form("/api/account/reauthenticate").from(path).fields(&[("current_password", PASSWORD)]);
    assert_eq!(answer.send().await.leads_on(), "/login?next=/account/data");
}
