//! A client that is not signed in stores no flow.

use crate::app::{ADA, BOB, PASSWORD, TestApp, WRONG_PASSWORD};
use crate::ask::Ask;
use auth::Throttle;

pub(crate) const FLOWS: &str = "SELECT COUNT(*) FROM flows";

/// Asserts that a form stores no flow, with no cookie, with made-up ones, or with the device cookie `stranger` of
/// another user.
pub(crate) async fn stores_no_flow<'a>(app: &TestApp, form: impl Fn() -> Ask<'a>, stranger: &str, path: &str) {
    for ask in [
        form(),
        form().refresh_cookie("garbage"),
        form().flow_cookie("AAAAAAAAAAAAAAAAAAAAAA"),
        form().device_cookie("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        form().device_cookie(stranger),
    ] {
        assert_eq!(ask.send().await.status, 303, "{path}");
    }
    assert_eq!(app.count(FLOWS).await, 0, "{path}");
}

#[tokio::test]
async fn a_form_without_a_genuine_cookie_stores_nothing() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let bob = app.post_sign_up(BOB, PASSWORD).await;
    let stranger = bob.cookie("device").expect("a device");
    let text = "x".repeat(50_000);
    for (path, fields) in [
        ("/api/account/name", &[("display_name", text.as_str()), ("sid", ada.sid.as_str())][..]),
        ("/api/auth/change-email", &[("email", "x@example.com"), ("sid", &ada.sid)]),
        ("/api/auth/login", &[("email", ADA), ("password", WRONG_PASSWORD), ("remember", "true")]),
        ("/api/auth/signup", &[("email", ADA), ("password", PASSWORD)]),
        ("/api/auth/forgot-password", &[("email", "x")]),
        ("/api/auth/logout", &[]),
    ] {
        stores_no_flow(&app, || app.form(path).from("/account/devices").fields(fields), stranger.value(), path).await;
    }
    app.fetch("/api/auth/logout").refresh_cookie("garbage").send().await;
    assert_eq!(app.count(FLOWS).await, 0);
}

#[tokio::test]
async fn a_throttled_sign_in_stores_no_flow_and_keeps_the_address() {
    let app = TestApp::start_with(|config| {
        config.auth.throttle = Throttle { free_per_account: 3, ..config.auth.throttle };
    })
    .await;
    let sign_in = || app.form("/api/auth/login").from("/login").fields(&[("email", ADA), ("password", "x")]);
    let mut answer = sign_in().send().await;
    for _ in 0..6 {
        answer = sign_in().send().await;
    }
    let page = app.page(answer.leads_on()).flow_cookie(&app.flow(&answer).expect("a flash")).send().await;
    assert!(page.html().contains("Too many tries.") && page.html().contains(ADA), "{page:?}");
    assert_eq!(app.count(FLOWS).await, 0);
}
