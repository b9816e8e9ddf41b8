//! Addresses with an international domain, on pages, on the wire and in the mail.

use crate::app::{ADA, PASSWORD, TestApp};
use crate::links::tokens::token;

const KEPT: &str = "ada@xn--bcher-kva.example";
const SHOWN: &str = "ada@bücher.example";

/// Returns the text and the HTML of a mail on its page, without the envelope, which has the address of the protocol.
fn without_envelope(html: &str) -> &str {
    html.split_once("<h2>Text</h2>").map_or(html, |(_, mail)| mail)
}

#[tokio::test]
async fn pages_show_the_address_as_people_read_it_and_both_spellings_sign_in() {
    let app = TestApp::start().await;
    let ada = app.sign_up(KEPT).await;
    assert_eq!(app.me(&ada.bearer).await.json()["email"], SHOWN);
    let page = app.open_page_as(&ada, "/account").await;
    assert!(page.html().contains(SHOWN) && !page.html().contains("xn--"), "{}", page.html());
    for spelling in [SHOWN, KEPT, "Ada@BÜCHER.example"] {
        assert_eq!(app.person(&app.post_login(spelling, PASSWORD).await).id, ada.id, "{spelling}");
        let again = app.post_sign_up(spelling, PASSWORD).await;
        again.is_refused(422, "invalid");
        assert_eq!(again.json()["fields"]["email"]["error"], "taken", "{spelling}");
    }
    let link = app.mailed_link(SHOWN, "/verify-email").await;
    let page = app.open_page(&link).await;
    assert!(page.html().contains(SHOWN) && !page.html().contains("xn--"), "{}", page.html());
}

#[tokio::test]
async fn a_pending_address_is_shown_as_people_read_it() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let ask = app.fetch("/api/auth/change-email").bearer(&ada.bearer).fields(&[("email", KEPT)]);
    assert_eq!(ask.send().await.status, 200);
    let pending = app.fetch("/api/auth/pending-email").bearer(&ada.bearer).send().await;
    assert_eq!(pending.json()["address"], SHOWN);
    let page = app.open_page_as(&ada, "/account").await;
    assert!(page.html().contains(SHOWN) && !page.html().contains("xn--"), "{}", page.html());
}

#[tokio::test]
async fn an_international_address_is_confirmed_by_its_link_and_every_mail_shows_it_as_people_read_it() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.execute("UPDATE users SET verified_at = 1 WHERE id = $1", &ada.id).await;
    let ask = app.fetch("/api/auth/change-email").bearer(&ada.bearer).fields(&[("email", SHOWN)]);
    assert_eq!(ask.send().await.status, 200);
    let is_readable = |html: &str| html.contains(SHOWN) && !without_envelope(html).contains("xn--");
    let mail = app.mail_page(SHOWN, "Confirm your new address").await;
    assert!(is_readable(&mail), "{mail}");
    let link = app.mailed_link(SHOWN, "/confirm-email").await;
    let page = app.open_page(&link).await;
    assert!(is_readable(page.html()), "{}", page.html());
    let fields = [("token", token(&link)), ("password", PASSWORD)];
    assert_eq!(app.fetch("/api/auth/confirm-email").fields(&fields).send().await.status, 200);

    assert_eq!(app.me(&ada.bearer).await.json()["email"], SHOWN);
    app.post_login(ADA, PASSWORD).await.is_refused(401, "invalid_credentials");
    for spelling in [SHOWN, KEPT] {
        assert_eq!(app.person(&app.post_login(spelling, PASSWORD).await).id, ada.id, "{spelling}");
    }
    let notice = app.mail_page(ADA, "Your address was changed").await;
    assert!(is_readable(&notice), "{notice}");
}

#[tokio::test]
async fn a_domain_that_mixes_scripts_is_no_address() {
    let app = TestApp::start().await;
    for address in ["ada@gооgle.com", "ada@xn--ggle-55da.com", "ada@xn--a.example", "ada@bü_cher.example"] {
        let answer = app.post_sign_up(address, PASSWORD).await;
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"]["email"]["error"], "not_an_address", "{address}");
    }
}
