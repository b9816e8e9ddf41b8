//! The target of a sign-in: `next` survives every detour between sign-in, sign-up and a forgotten password.

use crate::answer::Answer;
use crate::app::{ADA, BOB, NEW_PASSWORD, PASSWORD, Person, TestApp};
use crate::links::tokens::token;
use auth::MINUTE;

const PAGE: &str = "/account/devices?edit=1&x=a%20b";
/// The same in a query.
const ENCODED: &str = "/account/devices%3Fedit%3D1%26x%3Da%2520b";
const HOSTILE: [&str; 7] = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "/.//evil.example",
    "/\r\nSet-Cookie: a=b",
    "/reset-password?token=abc",
    "",
];

/// Starts a server that requires a confirmed address for a sign-in.
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
        let field = r#"name="next" value="/account/devices?edit=1&amp;x=a%20b""#;
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
    let fields = [("email", ADA), ("password", PASSWORD), ("next", PAGE)];
    let page = format!("/signup?next={ENCODED}");
    let refused = app.form("/api/auth/signup").from(&page).fields(&[("password", "short"), ("email", ADA)]);
    let refused = refused.send().await;
    assert!(refused.leads_on().starts_with(&page), "a refused form keeps the way: {refused:?}");
    let answer = app.form("/api/auth/signup").from(&page).fields(&fields).send().await;
    assert_eq!(answer.leads_on(), PAGE);
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
    let fields = [("email", ADA), ("password", PASSWORD), ("next", PAGE)];
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
        (ADA, PAGE, format!("/forgot-password/sent?next={ENCODED}")),
        (BOB, PAGE, format!("/forgot-password/sent?next={ENCODED}")),
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
            (format!("?next={ENCODED}"), PAGE),
            ("?next=/account/devices%3Fedit%3D%C3%A4".to_owned(), "/account/devices?edit=%C3%A4"),
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

impl TestApp {
    /// Posts `fields` as the form on the page of a mailed link does without JavaScript.
    async fn use_link(&self, endpoint: &str, link: &str, person: Option<&Person>, fields: &[(&str, &str)]) -> Answer {
        let fields = [&[("token", token(link)), ("back", link)], fields].concat();
        let form = self.form(endpoint).fields(&fields);
        let form = if let Some(person) = person { form.of(person) } else { form };
        form.send().await
    }

    /// Signs in by the form on `page`, which holds where the person was going.
    async fn sign_in_from(&self, page: &str, password: &str) -> Answer {
        let login = self.open_page(page).await;
        let next = r#"name="next" value="/account/devices?edit=1&amp;x=a%20b""#;
        assert!(login.html().contains(next), "{page}: {}", login.html());
        let fields = [("email", ADA), ("password", password), ("next", PAGE)];
        self.form("/api/auth/login").from(page).fields(&fields).send().await
    }
}

#[tokio::test]
async fn a_forgotten_password_leads_to_next_by_way_of_the_mail() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let fields = [("email", ADA), ("next", PAGE)];
    app.form("/api/auth/forgot-password").from("/forgot-password").fields(&fields).send().await;
    let link = app.mailed_link(ADA, "/reset-password").await;
    assert!(!link.contains("next"), "{link}");
    assert!(!app.mail_page(ADA, "Choose a new password").await.contains("edit"), "it is in no mail");
    let answer = app.use_link("/api/auth/reset-password", &link, None, &[("password", NEW_PASSWORD)]).await;
    assert_eq!(answer.leads_on(), format!("/login?next={ENCODED}"));
    assert_eq!(app.sign_in_from(answer.leads_on(), NEW_PASSWORD).await.leads_on(), PAGE);

    let page = app.open_page(&link).await;
    assert!(page.html().contains("This link has been used already."), "{}", page.html());
    assert!(page.html().contains(&format!(r#"href="/forgot-password?next={ENCODED}""#)), "{}", page.html());
    let look = [("purpose", "reset_password"), ("token", token(&link))];
    assert_eq!(app.fetch("/api/auth/link-destination").fields(&look).send().await.json(), PAGE);
    let look = [("purpose", "reset_password"), ("token", "garbage")];
    assert_eq!(app.fetch("/api/auth/link-destination").fields(&look).send().await.text(), "null");
}

#[tokio::test]
async fn a_link_leads_to_no_place_that_is_not_here() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for (number, hostile) in HOSTILE.into_iter().enumerate() {
        app.clock.advance(60 * MINUTE);
        app.fetch("/api/auth/forgot-password").fields(&[("email", ADA), ("next", hostile)]).send().await;
        let link = app.mailed_links(ADA, "/reset-password", number + 1).await.remove(0);
        let answer = app.use_link("/api/auth/reset-password", &link, None, &[("password", NEW_PASSWORD)]).await;
        assert_eq!(answer.leads_on(), "/login", "{hostile:?}");
    }
}

#[tokio::test]
async fn confirming_the_address_leads_to_next() {
    let app = TestApp::start().await;
    let fields = [("email", ADA), ("password", PASSWORD), ("next", PAGE)];
    let ada = app.person(&app.fetch("/api/auth/signup").fields(&fields).send().await);
    let link = app.mailed_link(ADA, "/verify-email").await;
    app.clock.advance(2 * MINUTE);
    let page = app.open_page_as(&ada, "/account/data?__path=/api/x&__err=y").await;
    assert!(page.html().contains(r#"name="next" value="/account/data""#), "{}", page.html());
    let again = app.fetch("/api/auth/send-verification").bearer(&ada.bearer).fields(&[("next", "/account/data")]);
    assert_eq!(again.send().await.status, 200);
    let newer = app.mailed_links(ADA, "/verify-email", 2).await.remove(0);
    let page = app.open_page(&link).await;
    assert!(page.html().contains(&format!(r#"href="/login?next={ENCODED}""#)), "for a new one: {}", page.html());
    let answer = app.use_link("/api/auth/verify-email", &newer, Some(&ada), &[]).await;
    assert_eq!(answer.leads_on(), "/account/data");
}

#[tokio::test]
async fn next_survives_where_an_address_has_to_be_confirmed_first() {
    let app = strict().await;
    let fields = [("email", ADA), ("password", PASSWORD), ("next", PAGE)];
    app.form("/api/auth/signup").from("/signup").fields(&fields).send().await;
    app.mailed_link(ADA, "/verify-email").await;
    app.clock.advance(2 * MINUTE);
    app.fetch("/api/auth/login").fields(&fields).send().await.is_refused(403, "unverified");
    let link = app.mailed_links(ADA, "/verify-email", 2).await.remove(0);
    assert!(!app.mail_page(ADA, "Confirm your address").await.contains("edit"), "it is in no mail");
    let answer = app.use_link("/api/auth/verify-email", &link, None, &[("password", PASSWORD)]).await;
    assert_eq!(answer.leads_on(), PAGE);
    let login = app.open_page(PAGE).await;
    assert_eq!(app.sign_in_from(login.location(), PASSWORD).await.leads_on(), PAGE);
}
