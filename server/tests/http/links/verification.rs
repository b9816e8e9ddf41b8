//! `/verify-email`, the banner that leads to it, and what signing up answers where an address has to be confirmed.

use crate::answer::Answer;
use crate::app::{ADA, BOB, NEW_PASSWORD, PASSWORD, TestApp};
use crate::links::tokens::token;
use auth::MINUTE;

const BANNER: &str = "Check your mail to confirm";

/// Starts a server that requires a confirmed address for a sign-in.
async fn strict() -> TestApp {
    TestApp::start_with(|config| config.auth.require_verified_email = true).await
}

async fn verify(app: &TestApp, link: &str, more: &[(&str, &str)]) -> Answer {
    let fields = [&[("token", token(link))], more].concat();
    app.fetch("/api/auth/verify-email").fields(&fields).send().await
}

#[tokio::test]
async fn an_address_is_confirmed_by_its_link() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    assert_eq!(app.me(&ada.bearer).await.json()["verified"], false);
    let link = app.mailed_link(ADA, "/verify-email").await;
    for _ in 0..2 {
        let page = app.open_page(&link).await;
        assert_eq!(page.status, 200);
        assert!(page.html().contains(ADA) && page.html().contains("Confirm address"), "{}", page.html());
        assert!(page.html().contains(r#"type="password""#), "the link is not enough: {}", page.html());
        assert!(page.html().contains(r#"href="/forgot-password""#), "{}", page.html());
    }
    assert!(!app.open_page_as(&ada, &link).await.html().contains(r#"type="password""#), "her session is");
    let answer = verify(&app, &link, &[("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.text()), (200, "null"));
    assert!(app.refresh_token(&answer).is_none(), "nobody is signed in by it");
    assert_eq!(app.me(&ada.bearer).await.json()["verified"], true, "and nobody is signed out");
    verify(&app, &link, &[]).await.is_refused(410, "link_used");
    let page = app.open_page(&link).await;
    assert!(page.html().contains("This link has been used already."), "{}", page.html());
    assert!(page.html().contains(r#"href="/login""#), "{}", page.html());
    let page = app.open_page_as(&ada, &link).await;
    assert!(page.html().contains("is confirmed already."), "{}", page.html());
}

#[tokio::test]
async fn the_banner_is_on_every_page_until_then() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ["/", "/account", "/account/devices", "/forgot-password", "/nowhere"] {
        let page = app.open_page_as(&ada, path).await;
        assert!(page.html().contains(BANNER) && page.html().contains("Send again"), "{path}: {}", page.html());
        assert!(!app.open_page(path).await.text().contains(BANNER), "{path}: of nobody");
    }
    let link = app.mailed_link(ADA, "/verify-email").await;
    let fields = [("token", token(&link)), ("sid", &ada.sid), ("back", &link)];
    let answer = app.form("/api/auth/verify-email").of(&ada).fields(&fields).send().await;
    assert_eq!(answer.leads_on(), "/account");
    let (cookie, flow) = (app.refresh_token(&answer).expect("a token"), app.flow(&answer).expect("a flow"));
    let page = app.page("/account").refresh_cookie(&cookie).flow_cookie(&flow).send().await;
    assert!(page.html().contains("Your address is confirmed."), "{}", page.html());
    assert!(!page.html().contains(BANNER), "{}", page.html());
}

#[tokio::test]
async fn another_link_takes_the_place_of_the_first() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let first = app.mailed_link(ADA, "/verify-email").await;
    app.clock.advance(2 * MINUTE);
    let answer = app.fetch("/api/auth/send-verification").bearer(&ada.bearer).send().await;
    assert_eq!((answer.status, answer.text()), (200, "null"));
    let second = app.mailed_links(ADA, "/verify-email", 2).await.swap_remove(0);
    verify(&app, &first, &[]).await.is_refused(410, "link_superseded");
    let page = app.open_page_as(&ada, &first).await;
    assert!(page.html().contains("This link no longer counts"), "{}", page.html());
    assert!(page.html().contains("Press “Send again” above"), "{}", page.html());

    app.clock.advance(2 * MINUTE);
    let form = app.form("/api/auth/send-verification").of(&ada).from("/account/devices").fields(&[("sid", &ada.sid)]);
    let answer = form.send().await;
    assert_eq!(answer.leads_on(), "/account/devices", "where it was pressed");
    let (cookie, flow) = (app.refresh_token(&answer).expect("a token"), app.flow(&answer).expect("a flow"));
    let page = app.page("/account/devices").refresh_cookie(&cookie).flow_cookie(&flow).send().await;
    assert!(page.html().contains("A new mail is on its way."), "{}", page.html());
    let third = app.mailed_links(ADA, "/verify-email", 3).await.swap_remove(0);
    verify(&app, &second, &[]).await.is_refused(410, "link_superseded");
    // The banner's form is on the page of a link, too, and that page sends its origin alone as `Referer`.
    let page = app.page(&third).refresh_cookie(&cookie).send().await;
    let back = format!(r#"name="back" value="{third}""#);
    assert_eq!(page.html().matches(&back).count(), 3, "sign out, send again, confirm: {}", page.html());
    let fields = [("sid", ada.sid.as_str()), ("back", &third)];
    let form = app.form("/api/auth/send-verification").refresh_cookie(&cookie).fields(&fields).send().await;
    assert_eq!(form.leads_on(), third);
    app.clock.advance(24 * auth::HOUR);
    verify(&app, &third, &[]).await.is_refused(410, "link_expired");
    assert!(app.open_page(&third).await.html().contains("This link has expired."));
}

#[tokio::test]
async fn a_link_is_sent_to_those_who_are_signed_in() {
    let app = TestApp::start().await;
    app.fetch("/api/auth/send-verification").send().await.is_refused(401, "unauthenticated");
    let answer = app.form("/api/auth/send-verification").from("/account/devices").fields(&[]).send().await;
    assert_eq!(answer.leads_on(), "/login?next=/account/devices");
}

#[tokio::test]
async fn signing_up_answers_the_same_for_a_known_address() {
    let app = strict().await;
    for _ in 0..2 {
        let fetch = app.post_sign_up(ADA, PASSWORD).await;
        assert_eq!((fetch.status, fetch.text()), (200, "null"));
        let fields = [("email", BOB), ("password", PASSWORD)];
        let form = app.form("/api/auth/signup").from("/signup").fields(&fields).send().await;
        assert_eq!(form.leads_on(), "/signup/sent");
        assert!(fetch.cookies().is_empty() && form.cookies().is_empty(), "nobody is signed in");
    }
    assert!(app.open_page("/signup/sent").await.html().contains("Check your mail"));
    let short = app.post_sign_up(ADA, "short").await;
    assert_eq!(short.json(), app.post_sign_up("new@example.com", "short").await.json());
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
    app.mailed_link(ADA, "/verify-email").await;
}

#[tokio::test]
async fn nobody_signs_in_before_the_address_is_confirmed() {
    let app = strict().await;
    app.post_sign_up(ADA, PASSWORD).await;
    let refused = app.post_login(ADA, PASSWORD).await;
    refused.is_refused(403, "unverified");
    assert!(refused.cookies().is_empty());
    app.post_login(ADA, NEW_PASSWORD).await.is_refused(401, "invalid_credentials");
    let fields = [("email", ADA), ("password", PASSWORD)];
    let form = app.form("/api/auth/login").from("/login").fields(&fields).send().await;
    assert!(app.refresh_token(&form).is_none());
    let page = app.open_page(form.leads_on()).await;
    assert!(page.html().contains("Confirm your address first"), "{}", page.html());

    let link = app.mailed_link(ADA, "/verify-email").await;
    assert!(app.open_page(&link).await.html().contains(r#"autocomplete="current-password""#));
    for proof in [&[][..], &[("password", NEW_PASSWORD)], &[("password", "")]] {
        let answer = verify(&app, &link, proof).await;
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"]["current_password"]["error"], "wrong_password");
    }
    let fields = [("token", token(&link)), ("password", NEW_PASSWORD), ("back", &link)];
    let answer = app.form("/api/auth/verify-email").fields(&fields).send().await;
    let page = app.open_page(answer.leads_on()).await;
    assert!(page.html().contains("This is not your password."), "{}", page.html());

    assert_eq!(verify(&app, &link, &[("password", PASSWORD)]).await.status, 200);
    assert_eq!(app.post_login(ADA, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_password_set_by_somebody_else_does_not_survive() {
    let app = strict().await;
    // Eve registers Ada's address and waits.
    app.post_sign_up(ADA, PASSWORD).await;
    let link = app.mailed_link(ADA, "/verify-email").await;
    let other_way = format!("{link}&new");
    assert!(app.open_page(&link).await.html().contains(&format!(r#"href="{link}&amp;new""#)));
    let page = app.open_page(&other_way).await;
    assert!(page.html().contains(r#"autocomplete="new-password""#), "{}", page.html());
    let fields = [("token", token(&link)), ("new", "true"), ("password", "short"), ("back", &other_way)];
    let refused = app.form("/api/auth/verify-email").fields(&fields).send().await;
    let page = app.open_page(refused.leads_on()).await;
    assert!(page.html().contains("Use at least 12 characters."), "{}", page.html());
    assert!(page.html().contains(r#"autocomplete="new-password""#), "the same form: {}", page.html());

    let fields = [("token", token(&link)), ("new", "true"), ("password", NEW_PASSWORD), ("back", &other_way)];
    let answer = app.form("/api/auth/verify-email").fields(&fields).send().await;
    assert_eq!(answer.leads_on(), "/account");
    assert!(app.refresh_token(&answer).is_none());
    app.mail_page(ADA, "Your password was reset").await;
    app.post_login(ADA, PASSWORD).await.is_refused(401, "invalid_credentials");
    assert_eq!(app.post_login(ADA, NEW_PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_session_of_the_account_is_proof_enough_and_that_of_another_is_none() {
    let app = TestApp::start().await;
    let strict = app.second_with(|config| config.auth.require_verified_email = true).await;
    for (server, ada, bob) in [(&app, ADA, BOB), (&strict, "ada@example.org", "bob@example.org")] {
        let (person, other) = (app.sign_up(ada).await, app.sign_up(bob).await);
        let link = app.mailed_link(ada, "/verify-email").await;
        let asks = |page: &Answer| page.html().contains(r#"type="password""#);
        assert!(asks(&server.open_page(&link).await));
        assert!(asks(&server.open_page_as(&other, &link).await));
        assert!(!asks(&server.open_page_as(&person, &link).await));
        let ask = |bearer: &str| {
            let fields = [("token", token(&link))];
            server.fetch("/api/auth/verify-email").bearer(bearer).fields(&fields).send()
        };
        ask(&other.bearer).await.is_refused(422, "invalid");
        verify(server, &link, &[]).await.is_refused(422, "invalid");
        assert_eq!(ask(&person.bearer).await.status, 200);
        assert_eq!(server.me(&person.bearer).await.json()["verified"], true);
    }
}

#[tokio::test]
async fn a_link_takes_a_new_password_only_where_the_address_is_confirmed_first() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let link = app.mailed_link(ADA, "/verify-email").await;
    let page = app.open_page(&format!("{link}&new")).await;
    assert!(!page.html().contains(r#"autocomplete="new-password""#), "it is not offered: {}", page.html());
    let answer = verify(&app, &link, &[("password", NEW_PASSWORD), ("new", "true")]).await;
    answer.is_refused(422, "invalid");
    assert_eq!(answer.json()["fields"]["current_password"]["error"], "wrong_password");
    assert_eq!(app.me(&ada.bearer).await.json()["verified"], false);
    assert_eq!(app.post_login(ADA, PASSWORD).await.status, 200);
}
