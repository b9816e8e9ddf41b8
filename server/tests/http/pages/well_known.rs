//! The files under `/.well-known/`.

use crate::app::{ADA, TestApp};
use auth::{DAY, testing::NEW_YEAR};
use http::Method;
use server::config::SecurityTxt;

#[tokio::test]
async fn password_managers_find_the_page_that_changes_a_password() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for answer in [
        app.open_page("/.well-known/change-password").await,
        app.open_page_as(&ada, "/.well-known/change-password").await,
    ] {
        assert_eq!((answer.status, answer.location()), (307, "/account/security"));
    }
    assert_eq!(app.open_page_as(&ada, "/account/security").await.status, 200);
    // By this they see that the answer means something.
    let nothing = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200";
    assert_eq!(app.open_page(nothing).await.status, 404);
}

#[tokio::test]
async fn security_txt_says_what_was_set() {
    let settings = SecurityTxt {
        contacts: vec!["mailto:security@latchkey.example".to_owned(), "https://latchkey.example/report".to_owned()],
        expires: Some("2027-01-31T00:00:00Z".to_owned()),
        languages: Some("en, de".to_owned()),
        policy: Some("https://latchkey.example/policy".to_owned()),
    };
    let app = TestApp::start_on_https_with(|config| config.security_txt = Some(settings)).await;
    let answer = app.open_page("/.well-known/security.txt").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    assert_eq!(
        answer.text(),
        "Contact: mailto:security@latchkey.example\nContact: https://latchkey.example/report\n\
         Expires: 2027-01-31T00:00:00Z\nPreferred-Languages: en, de\n\
         Canonical: https://latchkey.example/.well-known/security.txt\nPolicy: https://latchkey.example/policy\n"
    );
    let head = app.page("/.well-known/security.txt").method(Method::HEAD).send().await;
    assert_eq!((head.status, head.text()), (200, ""));
}

#[tokio::test]
async fn its_end_is_half_a_year_away_where_none_was_set() {
    let contacts = vec!["mailto:security@latchkey.example".to_owned()];
    let settings = SecurityTxt { contacts, expires: None, languages: None, policy: None };
    let app = TestApp::start_on_https_with(|config| config.security_txt = Some(settings)).await;
    let answer = app.open_page("/.well-known/security.txt").await;
    let end = answer.text().lines().find_map(|line| line.strip_prefix("Expires: ")).expect("an end");
    let end = humantime::parse_rfc3339(end).expect("a time").duration_since(std::time::UNIX_EPOCH).expect("later");
    let end = i64::try_from(end.as_millis()).expect("a time");
    assert!((NEW_YEAR + 179 * DAY..=NEW_YEAR + 180 * DAY).contains(&end), "{end}");
}

#[tokio::test]
async fn without_a_contact_there_is_no_security_txt() {
    let app = TestApp::start().await;
    assert_eq!(app.open_page("/.well-known/security.txt").await.status, 404);
}
