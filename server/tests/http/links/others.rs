//! A mailed link that is opened where another person is signed in: the page says so, and nothing that comes afterwards
//! speaks of one account as if it were the other.

use crate::answer::Answer;
use crate::app::{ADA, BOB, NEW_ADDRESS, NEW_PASSWORD, PASSWORD, Person, TestApp};
use crate::links::tokens::token;

const PAGES: [&str; 5] = ["/verify-email", "/confirm-email", "/undo-email", "/reset-password", "/accept-invitation"];

/// A link of each kind about an account of Ada's own, each with what its form sends beside it.
async fn links(app: &TestApp) -> Vec<(&'static str, String, &'static str)> {
    let mut links = Vec::new();
    for (number, page) in PAGES.into_iter().enumerate() {
        let (email, new) = (format!("{number}-{ADA}"), format!("{number}-{NEW_ADDRESS}"));
        if page == "/accept-invitation" {
            app.accounts().administration(auth::testing::operator()).create(&email, None).await.expect("an account");
            links.push((page, app.mailed_link(&email, page).await, NEW_PASSWORD));
            continue;
        }
        let ada = app.sign_up(&email).await;
        let change = app.fetch("/api/auth/change-email").bearer(&ada.bearer).fields(&[("email", &new)]);
        let (link, password) = match page {
            "/verify-email" => (app.mailed_link(&email, page).await, PASSWORD),
            "/reset-password" => {
                app.fetch("/api/auth/forgot-password").fields(&[("email", &email)]).send().await;
                (app.mailed_link(&email, page).await, NEW_PASSWORD)
            }
            _ => {
                app.execute("UPDATE users SET verified_at = 1 WHERE id = $1", &ada.id).await;
                assert_eq!(change.send().await.status, 200);
                let link = app.mailed_link(&new, "/confirm-email").await;
                if page == "/confirm-email" {
                    (link, PASSWORD)
                } else {
                    let fields = [("token", token(&link))];
                    let confirm = app.fetch("/api/auth/confirm-email").bearer(&ada.bearer).fields(&fields);
                    assert_eq!(confirm.send().await.status, 200);
                    (app.mailed_link(&email, page).await, NEW_PASSWORD)
                }
            }
        };
        links.push((page, link, password));
    }
    links
}

/// Returns the next page of `bob`, whose browser holds `cookie`.
async fn next_page(app: &TestApp, answer: &Answer, cookie: &str, path: &str) -> Answer {
    app.page(path).refresh_cookie(cookie).flow_cookie(&app.flow(answer).expect("a flow")).send().await
}

fn speaks_of_another(page: &Answer, link: &str) {
    assert_eq!(page.status, 200);
    assert!(page.html().contains("of another account than yours"), "{link}: {}", page.html());
    assert!(page.html().contains(BOB), "{link}: the header is his");
    assert!(!page.html().contains("ada@"), "{link}: {}", page.html());
}

#[tokio::test]
async fn the_page_says_who_is_signed_in_and_whose_account_it_is_about() {
    let app = TestApp::start().await;
    let bob = app.sign_up(BOB).await;
    for (number, (page, link, _)) in links(&app).await.into_iter().enumerate() {
        let account = if page == "/undo-email" { NEW_ADDRESS } else { ADA };
        let signed_out = app.open_page(&link).await;
        assert!(signed_out.html().contains(&format!("{number}-{account}")), "{page}: {}", signed_out.html());
        assert!(!signed_out.html().contains("You are signed in here as"), "{page}");
        let html = app.open_page_as(&bob, &link).await.html().replace("<!>", "");
        let words = format!("You are signed in here as <strong>{BOB}</strong>. This link is about another account");
        assert!(html.contains(&words), "{page}: {html}");
        assert!(html.contains(&format!("<strong>{number}-{account}</strong>")), "{page}: {html}");
        assert!(html.contains(r#"type="password""#), "{page}: his session proves nothing");
    }
}

#[tokio::test]
async fn what_a_form_did_is_not_said_of_the_account_that_is_signed_in() {
    let app = TestApp::start().await;
    let mut bob = app.sign_up(BOB).await.refresh;
    for (page, link, password) in links(&app).await {
        let fields = [("token", token(&link)), ("password", password), ("back", &link)];
        let answer = app.form(&format!("/api/auth{page}")).refresh_cookie(&bob).fields(&fields).send().await;
        assert_eq!(answer.leads_on(), "/", "{page}");
        bob = app.refresh_token(&answer).expect("his session goes on");
        speaks_of_another(&next_page(&app, &answer, &bob, "/").await, page);
    }
}

#[tokio::test]
async fn what_a_fetch_did_is_not_said_of_the_account_that_is_signed_in() {
    let app = TestApp::start().await;
    let bob = app.sign_up(BOB).await;
    let fetch = async |person: Option<&Person>, page: &str, link: &str, password: &str| {
        let ask = app.fetch(&format!("/api/auth{page}"));
        let ask = person.map_or(app.fetch(&format!("/api/auth{page}")), |person| ask.of(person).bearer(&person.bearer));
        let answer = ask.fields(&[("token", token(link)), ("password", password)]).send().await;
        assert_eq!((answer.status, answer.text()), (200, "null"), "{page}");
        answer
    };
    for (index, (page, link, password)) in links(&app).await.into_iter().enumerate() {
        // He may have signed in in another tab since the page was opened.
        let answer = fetch((index % 2 == 0).then_some(&bob), page, &link, password).await;
        speaks_of_another(&next_page(&app, &answer, &bob.refresh, "/account").await, page);
    }
    assert_eq!(app.me(&bob.bearer).await.json()["email"], BOB);
}

#[tokio::test]
async fn a_spent_link_does_not_speak_of_the_account_that_is_signed_in() {
    let app = TestApp::start().await;
    let bob = app.sign_up(BOB).await;
    for page in PAGES {
        let html = app.open_page_as(&bob, &format!("{page}?token=none")).await.html().replace("<!>", "");
        assert!(html.contains(&format!("You are signed in here as {BOB}.")), "{page}: {html}");
        assert!(!html.contains("Your address is confirmed"), "{page}: {html}");
    }
}
