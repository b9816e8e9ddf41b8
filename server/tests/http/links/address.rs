//! A change of address: asked for, confirmed (`/confirm-email`), undone (`/undo-email`).

use crate::answer::Answer;
use crate::app::{ADA, BOB, NEW_ADDRESS, NEW_PASSWORD, PASSWORD, Person, TestApp};
use crate::links::tokens::token;
use auth::{HOUR, MINUTE};

async fn request(app: &TestApp, person: &Person, email: &str) -> Answer {
    app.fetch("/api/auth/change-email").bearer(&person.bearer).fields(&[("email", email)]).send().await
}

async fn confirm(app: &TestApp, link: &str) -> Answer {
    app.fetch("/api/auth/confirm-email").fields(&[("token", token(link)), ("password", PASSWORD)]).send().await
}

/// Ada, whose address is verified, and the link that confirms her new one.
async fn on_the_way(app: &TestApp) -> (Person, String) {
    let ada = app.sign_up(ADA).await;
    app.execute("UPDATE users SET verified_at = 1 WHERE id = $1", &ada.id).await;
    assert_eq!(request(app, &ada, NEW_ADDRESS).await.status, 200);
    (ada, app.mailed_link(NEW_ADDRESS, "/confirm-email").await)
}

#[tokio::test]
async fn an_address_changes_when_the_new_one_confirms() {
    let app = TestApp::start().await;
    let (ada, link) = on_the_way(&app).await;
    assert_eq!(app.me(&ada.bearer).await.json()["email"], ADA);
    for _ in 0..2 {
        let page = app.open_page(&link).await;
        assert!(page.html().contains(NEW_ADDRESS) && page.html().contains("Use this address"), "{}", page.html());
        assert!(page.html().contains(ADA), "it says whose account it is about: {}", page.html());
        assert!(page.html().contains(r#"autocomplete="current-password""#), "{}", page.html());
    }
    assert!(!app.open_page_as(&ada, &link).await.html().contains(r#"type="password""#), "her session is enough");
    let answer = confirm(&app, &link).await;
    assert_eq!((answer.status, answer.text()), (200, "null"));
    let me = app.me(&ada.bearer).await.json();
    assert_eq!((&me["email"], &me["verified"]), (&NEW_ADDRESS.into(), &true.into()), "the session stands");
    app.post_login(ADA, PASSWORD).await.is_refused(401, "invalid_credentials");
    assert_eq!(app.post_login(NEW_ADDRESS, PASSWORD).await.status, 200);
    app.mail_page(ADA, "Your address was changed").await;
    confirm(&app, &link).await.is_refused(410, "link_used");
}

#[tokio::test]
async fn it_changes_by_forms_alone() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("email", NEW_ADDRESS), ("sid", &ada.sid)];
    let asked = app.form("/api/auth/change-email").of(&ada).from("/account").fields(&fields).send().await;
    assert_eq!(asked.leads_on(), "/account");
    let (cookie, flow) = (app.refresh_token(&asked).expect("a token"), app.flow(&asked).expect("a flow"));
    let page = app.page("/account").refresh_cookie(&cookie).flow_cookie(&flow).send().await;
    assert!(page.html().contains("Follow the link in the mail"), "{}", page.html());
    let link = app.mailed_link(NEW_ADDRESS, "/confirm-email").await;
    let fields = [("token", token(&link)), ("back", &link), ("sid", &ada.sid)];
    let confirmed = app.form("/api/auth/confirm-email").refresh_cookie(&cookie).fields(&fields).send().await;
    assert_eq!(confirmed.leads_on(), "/account");
    let cookie = app.refresh_token(&confirmed).expect("a token");
    let page = app.page("/account").refresh_cookie(&cookie).flow_cookie(&app.flow(&confirmed).expect("a flow"));
    let page = page.send().await;
    assert!(page.html().contains("The new address is confirmed."), "{}", page.html());
    assert!(page.html().contains(NEW_ADDRESS), "{}", page.html());
}

#[tokio::test]
async fn it_takes_a_recent_proof_of_who_asks() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.fetch("/api/auth/change-email")
        .fields(&[("email", NEW_ADDRESS)])
        .send()
        .await
        .is_refused(401, "unauthenticated");
    app.clock.advance(11 * MINUTE);
    let renewed = app.person(&app.renew(&ada.refresh).await);
    request(&app, &renewed, NEW_ADDRESS).await.is_refused(403, "reauthentication_required");
    assert!(app.subjects_to(NEW_ADDRESS).await.is_empty());
}

#[tokio::test]
async fn the_answer_does_not_tell_who_has_an_address() {
    let app = TestApp::start().await;
    let (ada, _) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let taken = request(&app, &ada, BOB).await;
    app.mail_page(BOB, "You already have an account").await;
    app.clock.advance(2 * MINUTE);
    let free = request(&app, &ada, NEW_ADDRESS).await;
    assert_eq!((taken.status, taken.text()), (free.status, free.text()));
    let refused = request(&app, &ada, "nowhere").await;
    refused.is_refused(422, "invalid");
    assert_eq!(refused.json()["fields"]["email"]["error"], "not_an_address");
}

#[tokio::test]
async fn an_address_that_somebody_took_meanwhile_is_theirs() {
    let app = TestApp::start().await;
    let (ada, link) = on_the_way(&app).await;
    app.sign_up(NEW_ADDRESS).await;
    let refused = confirm(&app, &link).await;
    refused.is_refused(422, "invalid");
    assert_eq!(refused.json()["fields"]["email"]["error"], "taken");
    let fields = [("token", token(&link)), ("password", PASSWORD), ("back", &link)];
    let form = app.form("/api/auth/confirm-email").fields(&fields).send().await;
    let page = app.open_page(form.leads_on()).await;
    assert!(page.html().contains("This address already has an account."), "{}", page.html());
    assert_eq!(app.me(&ada.bearer).await.json()["email"], ADA);
}

#[tokio::test]
async fn the_old_address_undoes_it() {
    let app = TestApp::start().await;
    let (_, link) = on_the_way(&app).await;
    confirm(&app, &link).await;
    let link = app.mailed_link(ADA, "/undo-email").await;
    app.clock.advance(71 * HOUR);
    let thief = app.sign_in(NEW_ADDRESS).await;
    for _ in 0..2 {
        let page = app.open_page(&link).await;
        assert!(page.html().contains(ADA) && page.html().contains("Take it back"), "{}", page.html());
        assert!(page.html().contains("that now has the address ada@new.example"), "{}", page.html());
    }
    let post = |password| {
        let fields = [("token", token(&link)), ("password", password), ("back", &link)];
        app.form("/api/auth/undo-email").fields(&fields).send()
    };
    let refused = post("short").await;
    assert!(app.open_page(refused.leads_on()).await.html().contains("Use at least 12 characters."));
    let answer = post(NEW_PASSWORD).await;
    assert_eq!(answer.leads_on(), "/login");
    let page = app.page("/login").flow_cookie(&app.flow(&answer).expect("a flow")).send().await;
    assert!(page.html().contains("Your address is what it was"), "{}", page.html());
    app.me(&thief.bearer).await.is_refused(401, "unauthenticated");
    app.mail_page(NEW_ADDRESS, "A change of address was undone").await;
    app.post_login(NEW_ADDRESS, PASSWORD).await.is_refused(401, "invalid_credentials");
    assert_eq!(app.post_login(ADA, NEW_PASSWORD).await.status, 200);
    let again =
        app.fetch("/api/auth/undo-email").fields(&[("token", token(&link)), ("password", NEW_PASSWORD)]).send().await;
    again.is_refused(410, "link_used");
}

#[tokio::test]
async fn links_that_are_over_say_so() {
    let app = TestApp::start().await;
    let (ada, first) = on_the_way(&app).await;
    app.clock.advance(2 * MINUTE);
    assert_eq!(request(&app, &ada, NEW_ADDRESS).await.status, 200);
    let second = app.mailed_links(NEW_ADDRESS, "/confirm-email", 2).await.swap_remove(0);
    confirm(&app, &first).await.is_refused(410, "link_superseded");
    let page = app.open_page(&first).await;
    assert!(page.html().contains("This link no longer counts") && page.html().contains("Ask for a new link"));
    confirm(&app, &second).await;
    let undo = app.mailed_link(ADA, "/undo-email").await;
    app.clock.advance(72 * HOUR);
    let page = app.open_page(&undo).await;
    assert!(page.html().contains("This link has expired."), "{}", page.html());
    let fields = [("token", token(&undo)), ("password", NEW_PASSWORD)];
    app.fetch("/api/auth/undo-email").fields(&fields).send().await.is_refused(410, "link_expired");
}

#[tokio::test]
async fn a_victim_who_opens_the_link_does_not_confirm_it() {
    let app = TestApp::start().await;
    let (_, link) = on_the_way(&app).await;
    let victim = app.sign_up(BOB).await;
    let refused = |password: Option<&'static str>, bearer: Option<&str>| {
        let fields: Vec<_> = [("token", token(&link))].into_iter().chain(password.map(|it| ("password", it))).collect();
        let ask = app.fetch("/api/auth/confirm-email").fields(&fields);
        bearer.map_or_else(|| app.fetch("/api/auth/confirm-email").fields(&fields), |it| ask.bearer(it)).send()
    };
    for answer in
        [refused(None, None).await, refused(None, Some(&victim.bearer)).await, refused(Some(NEW_PASSWORD), None).await]
    {
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"]["current_password"]["error"], "wrong_password");
    }
    let fields = [("token", token(&link)), ("password", NEW_PASSWORD), ("back", &link)];
    let form = app.form("/api/auth/confirm-email").fields(&fields).send().await;
    let page = app.open_page(form.leads_on()).await;
    assert!(page.html().contains("This is not your password."), "{}", page.html());
    assert_eq!(confirm(&app, &link).await.status, 200, "the link was not used up");
}

#[tokio::test]
async fn an_address_that_was_never_verified_is_told_without_a_link_and_without_the_new_one() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    assert_eq!(request(&app, &ada, NEW_ADDRESS).await.status, 200);
    confirm(&app, &app.mailed_link(NEW_ADDRESS, "/confirm-email").await).await;
    let mail = app.mail_page(ADA, "An account no longer uses your address").await;
    assert!(!mail.contains("/undo-email") && !mail.contains(NEW_ADDRESS), "{mail}");
    app.sign_up(ADA).await;
}
