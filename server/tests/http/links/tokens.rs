//! A mailed token is in its link's address and in a hidden field, and nowhere else.

use crate::answer::Answer;
use crate::app::{ADA, BOB, TestApp};
use crate::operation::log::Log;
use crate::raw;

const LINKS: &[&str] = &["/reset-password", "/accept-invitation", "/verify-email", "/confirm-email", "/undo-email"];

/// The token of a link.
pub(crate) fn token(link: &str) -> &str {
    link.split_once("token=").map(|(_, token)| token).expect("a token")
}

/// Sends the form of a browser without Fetch Metadata from a page whose policy is `strict-origin`.
async fn post(app: &TestApp, path: &str, more: &str, body: &str) -> Answer {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nReferer: {origin}/\r\n\
         Accept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{more}\
         Connection: close\r\n\r\n",
        app.host(),
        body.len(),
        origin = app.origin,
    );
    raw::send(app, format!("{head}{body}").as_bytes()).await
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn get(app: &TestApp, path: &str) -> Answer {
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nConnection: close\r\n\r\n",
        app.host(),
    );
    raw::send(app, head.as_bytes()).await
}

#[tokio::test]
async fn an_address_with_a_token_is_told_to_nobody() {
    let log = Log::start();
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let garbage = "c2VjcmV0LWluLWEtbGluaw";
    for page in LINKS {
        for path in [format!("{page}?token={garbage}"), format!("{page}/?token={garbage}"), format!("{page}?x&token=")]
        {
            let answer = get(&app, &path).await;
            assert_eq!(answer.header("referrer-policy"), Some("strict-origin"), "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        }
        assert_eq!(get(&app, page).await.header("referrer-policy"), Some("same-origin"), "{page}");
    }
    let link = app.mailed_link(ADA, "/verify-email").await;
    let page = get(&app, &link).await;
    assert!(page.status == 200 && String::from_utf8_lossy(&page.body).contains("Confirm address"), "{page:?}");
    let password = encoded(crate::app::PASSWORD);
    let fields = format!("token={0}&password={password}&back=%2Fverify-email%3Ftoken%3D{0}", token(&link));
    assert_eq!(post(&app, "/api/auth/verify-email", "", &fields).await.leads_on(), "/account");
    let text = log.text();
    assert!(text.contains("/verify-email"), "the request has a line");
    for secret in [garbage, token(&link)] {
        assert_eq!(text.lines().find(|line| line.contains(secret)), None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_refused_form_leads_back_to_its_link_without_a_referrer() {
    let app = TestApp::start().await;
    for page in LINKS {
        let endpoint = format!("/api/auth{page}");
        let fields = format!("token=sesame&password=x&back=%2F{}%3Ftoken%3Dsesame", &page[1..]);
        let answer = post(&app, &endpoint, "", &fields).await;
        let location = answer.leads_on();
        assert!(location.starts_with(&format!("{page}?token=sesame&__path=")), "{location}");
        assert!(answer.cookies().is_empty(), "{answer:?}");
        assert_eq!(
            answer.headers.values().filter(|value| value.as_bytes().windows(6).any(|w| w == b"sesame")).count(),
            1
        );
        let page = get(&app, location).await;
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
        // An error does not pile up on the one before.
        let again = format!("token=sesame&password=x&back={}", encoded(location));
        let answer = post(&app, &endpoint, "", &again).await;
        assert_eq!(answer.leads_on().matches("__err=").count(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn what_fails_before_the_form_is_read_leads_back_too() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    let fields = format!("token=sesame&password=x&sid={}&back=%2Freset-password%3Ftoken%3Dsesame", ada.sid);
    let cookie = format!("Cookie: {}={}\r\n", app.cookie_name("refresh"), bob.refresh);
    let answer = post(&app, "/api/auth/reset-password", &cookie, &fields).await;
    assert!(answer.leads_on().starts_with("/reset-password?token=sesame&__path="), "{answer:?}");
    assert_eq!(app.session(&bob.sid).await, (0, None));
}

#[tokio::test]
async fn the_way_back_is_a_path_of_this_site() {
    let app = TestApp::start().await;
    for back in ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nSet-Cookie: x=y", ""] {
        let answer = post(&app, "/api/auth/confirm-email", "", &format!("token=x&back={}", encoded(back))).await;
        assert!(answer.leads_on().starts_with("/?__path="), "{back:?}: {answer:?}");
        assert!(answer.cookies().is_empty());
    }
    // A `Referer` is still what counts on every other page.
    let answer = app.form("/api/auth/login").from("/login").fields(&[("email", ADA), ("password", "x")]).send().await;
    assert!(answer.leads_on().starts_with("/login?__path="), "{answer:?}");
}

#[tokio::test]
async fn the_way_to_sign_in_does_not_take_a_token_along() {
    let app = TestApp::start().await;
    let answer = post(&app, "/api/auth/send-verification", "", "back=%2Fverify-email%3Ftoken%3Dsesame").await;
    assert_eq!(answer.leads_on(), "/login");
}
