//! A browser that keeps no cookies is told so, and not led in circles.

use crate::app::{ADA, BOB, PASSWORD, TestApp};

const WORDS: &str = ">Your browser did not keep the cookie that signs you in.";
const CHECK: &str = "/login?next=/account/devices&cookies=check";

#[tokio::test]
async fn a_form_of_a_browser_without_cookies_leads_to_the_page_that_says_so() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let sign_in = app.form("/api/auth/login").from("/login?next=/account/devices");
    let sign_up = app.form("/api/auth/signup").from("/signup?next=/account/devices");
    for (ask, email) in [(sign_in, ADA), (sign_up, BOB)] {
        let answer = ask.fields(&[("email", email), ("password", PASSWORD), ("next", "/account/devices")]).send().await;
        assert_eq!((answer.status, answer.location()), (303, CHECK));
        let page = app.open_page(answer.location()).await;
        assert_eq!(page.status, 200);
        assert!(page.html().contains(WORDS), "{}", page.html());
        assert!(page.html().contains(r#"name="next" value="/account/devices""#), "and the way is not lost");
        // A browser that keeps them goes on.
        let token = app.refresh_token(&answer).expect("a token");
        let page = app.page(CHECK).refresh_cookie(&token).send().await;
        assert_eq!((page.status, page.location()), (302, "/account/devices"));
    }
}

#[tokio::test]
async fn a_browser_that_has_shown_a_cookie_goes_there_at_once() {
    let app = TestApp::start().await;
    let signed_up = app.post_sign_up(ADA, PASSWORD).await;
    let device = signed_up.cookie("device").expect("a device");
    let ask = app.form("/api/auth/login").from("/login").device_cookie(device.value());
    let answer = ask.fields(&[("email", ADA), ("password", PASSWORD), ("next", "/account/devices")]).send().await;
    assert_eq!((answer.status, answer.location()), (303, "/account/devices"));
    let page = app.page(CHECK).device_cookie(device.value()).send().await;
    assert!(!page.html().contains(WORDS), "an address can be made up");
}

#[tokio::test]
async fn an_address_that_was_made_up_does_no_more_than_that() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for forged in ["/login?cookies=check&next=//evil.example", "/login?next=https://evil.example&cookies=check"] {
        let page = app.open_page(forged).await;
        assert!(page.status == 200 && page.html().contains(WORDS) && !page.html().contains("evil"), "{page:?}");
        assert!(page.cookies().is_empty());
        let page = app.page(forged).of(&ada).send().await;
        assert_eq!((page.status, page.location()), (302, "/account"));
    }
    for elsewhere in ["/?cookies=check", "/signup?cookies=check", "/login?cookies=none"] {
        assert!(!app.open_page(elsewhere).await.html().contains(WORDS), "{elsewhere}");
    }
}

#[tokio::test]
async fn a_fetch_asks_whether_its_cookie_was_kept() {
    let app = TestApp::start().await;
    let signed_up = app.post_sign_up(ADA, PASSWORD).await;
    assert_eq!(signed_up.json()["cookie_unproven"], true);
    let ada = app.person(&signed_up);
    let has_cookie = async |ask: crate::ask::Ask<'_>| ask.access_token(&ada.bearer).send().await.json();
    assert_eq!(has_cookie(app.fetch("/api/auth/cookie")).await, false);
    assert_eq!(has_cookie(app.fetch("/api/auth/cookie").of(&ada)).await, true);
    let device = signed_up.cookie("device").expect("a device");
    let ask = app.fetch("/api/auth/login").device_cookie(device.value());
    let again = ask.fields(&[("email", ADA), ("password", PASSWORD)]).send().await;
    assert_eq!(again.json().get("cookie_unproven"), None);
}
