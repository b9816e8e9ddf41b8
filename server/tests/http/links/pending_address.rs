//! A change of address that waits: on `/account`, with another mail and a way out.

use crate::answer::Answer;
use crate::app::{ADA, NEW_ADDRESS, Person, TestApp};
use crate::links::tokens::token;
use auth::MINUTE;

const WAITS: &str = "as soon as that is confirmed";

async fn fetch(app: &TestApp, person: &Person, path: &str) -> Answer {
    app.fetch(path).bearer(&person.bearer).send().await
}

async fn request(app: &TestApp, person: &Person) {
    let ask = app.fetch("/api/auth/change-email").bearer(&person.bearer).fields(&[("email", NEW_ADDRESS)]);
    assert_eq!(ask.send().await.status, 200);
}

#[tokio::test]
async fn a_pending_change_is_shown_sent_again_and_cancelled() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    assert_eq!(fetch(&app, &ada, "/api/auth/pending-email").await.text(), "null");
    fetch(&app, &ada, "/api/auth/send-confirmation").await.is_refused(404, "not_found");
    request(&app, &ada).await;
    let pending = fetch(&app, &ada, "/api/auth/pending-email").await.json();
    assert_eq!(pending["address"], NEW_ADDRESS);
    assert_eq!(pending["until"], auth::testing::NEW_YEAR + 24 * auth::HOUR);
    let first = app.mailed_link(NEW_ADDRESS, "/confirm-email").await;

    app.clock.advance(2 * MINUTE);
    assert_eq!(fetch(&app, &ada, "/api/auth/send-confirmation").await.text(), "null");
    let second = app.mailed_links(NEW_ADDRESS, "/confirm-email", 2).await.swap_remove(0);
    let use_link = |link: &str| {
        let fields = [("token", token(link))];
        app.fetch("/api/auth/confirm-email").bearer(&ada.bearer).fields(&fields).send()
    };
    use_link(&first).await.is_refused(410, "link_superseded");
    for _ in 0..2 {
        assert_eq!(fetch(&app, &ada, "/api/auth/cancel-email").await.text(), "null");
    }
    assert_eq!(fetch(&app, &ada, "/api/auth/pending-email").await.text(), "null");
    use_link(&second).await.is_refused(410, "link_superseded");
    for path in ["/api/auth/pending-email", "/api/auth/send-confirmation", "/api/auth/cancel-email"] {
        app.fetch(path).send().await.is_refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn it_is_sent_again_and_cancelled_by_forms_alone() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let page = app.open_page_as(&ada, "/account").await;
    assert!(!page.html().contains(WAITS), "{}", page.html());
    request(&app, &ada).await;
    app.mailed_link(NEW_ADDRESS, "/confirm-email").await;
    let page = app.open_page_as(&ada, "/account").await;
    assert!(page.html().contains(WAITS) && page.html().contains(NEW_ADDRESS), "{}", page.html());
    assert!(page.html().contains("2 January 2026, 00:00 UTC"), "{}", page.html());

    // A mail that is accepted after the clock went on would hold the next one back for a minute.
    app.mailed_link(NEW_ADDRESS, "/confirm-email").await;
    app.clock.advance(2 * MINUTE);
    let mut cookie = ada.refresh.clone();
    for (path, words, waits) in [
        ("/api/auth/send-confirmation", "Follow the link in the mail", true),
        ("/api/auth/cancel-email", "The change of address is cancelled.", false),
    ] {
        let form = app.form(path).refresh_cookie(&cookie).from("/account").fields(&[("sid", &ada.sid)]).send().await;
        assert_eq!(form.leads_on(), "/account");
        cookie = app.refresh_token(&form).expect("a token");
        let flow = app.flow(&form).expect("a flow");
        let page = app.page("/account").refresh_cookie(&cookie).flow_cookie(&flow).send().await;
        assert!(page.html().contains(words), "{}", page.html());
        assert_eq!(page.html().contains(WAITS), waits, "{}", page.html());
        // A mail that waits is not sent once its change is cancelled.
        app.mailed_links(NEW_ADDRESS, "/confirm-email", 2).await;
    }
}
