//! A browser that sets a password by a mailed link is known to the account from then on: by an undone change of address,
//! an invitation, and a link that confirms an address with a new password. (`recovery.rs` has the forgotten password.)

use crate::answer::assert_marked;
use crate::app::{ADA, BOB, NEW_ADDRESS, NEW_PASSWORD, PASSWORD, TestApp};
use crate::links::tokens::token;

const DEVICES: &str = "SELECT COUNT(*) FROM known_devices";
const KINDS: [&str; 3] = ["/undo-email", "/accept-invitation", "/verify-email"];

/// Starts a server with an account of Ada's. Returns the link of this kind that was mailed to her.
async fn mailed(kind: &str) -> (TestApp, String) {
    let is_strict = kind == "/verify-email";
    let app = TestApp::start_with(|config| config.auth.require_verified_email = is_strict).await;
    match kind {
        "/verify-email" => assert_eq!(app.post_sign_up(ADA, PASSWORD).await.status, 200),
        "/accept-invitation" => {
            app.accounts().administration(auth::testing::operator()).create(ADA, None).await.expect("an account");
        }
        _ => {
            let ada = app.sign_up(ADA).await;
            app.execute("UPDATE users SET verified_at = 1 WHERE id = $1", &ada.id).await;
            let change = app.fetch("/api/auth/change-email").bearer(&ada.bearer).fields(&[("email", NEW_ADDRESS)]);
            assert_eq!(change.send().await.status, 200);
            let link = app.mailed_link(NEW_ADDRESS, "/confirm-email").await;
            let confirm = app.fetch("/api/auth/confirm-email").bearer(&ada.bearer).fields(&[("token", token(&link))]);
            assert_eq!(confirm.send().await.status, 200);
        }
    }
    let link = app.mailed_link(ADA, kind).await;
    (app, link)
}

/// The fields of the form of a link: only that of `/verify-email` says that the password is to be a new one.
fn fields(link: &str) -> Vec<(&str, &str)> {
    let new = link.starts_with("/verify-email").then_some(("new", "true"));
    [("token", token(link)), ("password", NEW_PASSWORD)].into_iter().chain(new).collect()
}

#[tokio::test]
async fn the_browser_that_set_a_password_is_known_and_no_other() {
    for kind in KINDS {
        for is_form in [false, true] {
            let (app, link) = mailed(kind).await;
            let path = format!("/api/auth{kind}");
            let ask = if is_form { app.form(&path) } else { app.fetch(&path) };
            let answer = ask.fields(&fields(&link)).send().await;
            let cookie = answer.cookie("device").expect("a device cookie");
            assert_marked(&cookie, false);
            assert!(app.refresh_token(&answer).is_none(), "{kind}: nobody is signed in");
            assert_eq!(app.count(DEVICES).await, 1, "{kind}");
            assert_eq!(app.post_login(ADA, NEW_PASSWORD).await.status, 200, "{kind}");
        }
    }
}

#[tokio::test]
async fn a_client_that_is_no_browser_is_not_known_by_a_link() {
    for kind in KINDS {
        let (app, link) = mailed(kind).await;
        let answer = app.native(&format!("/api/auth{kind}")).fields(&fields(&link)).send().await;
        assert_eq!((answer.status, answer.cookies().len()), (200, 0), "{kind}: {answer:?}");
        assert_eq!(app.count(DEVICES).await, 0, "{kind}");
    }
}

#[tokio::test]
async fn the_browser_of_another_person_is_known_to_both() {
    for kind in KINDS {
        let (app, link) = mailed(kind).await;
        let administration = app.accounts();
        let administration = administration.administration(auth::testing::operator());
        let bob = administration.create(BOB, Some(PASSWORD.into())).await.expect("Bob");
        app.execute("UPDATE users SET verified_at = 1 WHERE id = $1", bob.id.as_str()).await;
        let bob = app.post_login(BOB, PASSWORD).await;
        let device = bob.cookie("device").expect("a device cookie").value().to_owned();
        let ask = app.fetch(&format!("/api/auth{kind}")).device_cookie(&device).fields(&fields(&link));
        let now = ask.send().await.cookie("device").expect("a device cookie").value().to_owned();
        let random_part = |token: &str| token.split('.').next().map(str::to_owned);
        assert_eq!(random_part(&now), random_part(&device), "{kind}: it stays the same device");
        assert_eq!(app.count(DEVICES).await, 2, "{kind}");
        for (email, password) in [(ADA, NEW_PASSWORD), (BOB, PASSWORD)] {
            let fields = [("email", email), ("password", password)];
            let login = app.fetch("/api/auth/login").device_cookie(&now).fields(&fields).send().await;
            assert_eq!(login.status, 200, "{kind}: {email}");
        }
        assert_eq!(app.count(DEVICES).await, 2, "{kind}: both knew it");
    }
}
