//! Links that were copied with what stands around them, on their pages and at their endpoints.

use crate::app::{ADA, PASSWORD, TestApp};
use crate::links::tokens::token;
use form_urlencoded::byte_serialize;

/// Returns texts that a person may have copied instead of a token.
fn copied(token: &str) -> [String; 8] {
    [
        format!("{token}."),
        format!("{token})"),
        format!("{token}>"),
        format!("3D{token}"),
        format!("=3D{token}"),
        format!("  \"{token}\" "),
        format!("{token}&amp;x=y"),
        format!("{}=\r\n{}", &token[..30], &token[30..]),
    ]
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_page_opens_whatever_was_copied_with_its_link() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let link = app.mailed_link(ADA, "/verify-email").await;
    for copied in copied(token(&link)) {
        let page = app.open_page(&format!("/verify-email?token={}", encoded(&copied))).await;
        assert!(page.status == 200 && page.html().contains("Confirm address"), "{copied:?}: {}", page.html());
        let fields = [("purpose", "verify_address"), ("token", &copied)];
        assert_eq!(app.fetch("/api/auth/look-at-link").fields(&fields).send().await.status, 200, "{copied:?}");
    }
}

#[tokio::test]
async fn an_endpoint_takes_whatever_was_copied_with_a_token() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for n in 0..8 {
        app.clock.advance(auth::HOUR);
        let asked = app.fetch("/api/auth/forgot-password").fields(&[("email", ADA)]).send().await;
        assert_eq!(asked.status, 200, "{asked:?}");
        let link = app.mailed_links(ADA, "/reset-password", n + 1).await.swap_remove(0);
        let copied = copied(token(&link))[n].clone();
        let fields = [("token", copied.as_str()), ("password", PASSWORD)];
        let answer = app.fetch("/api/auth/reset-password").fields(&fields).send().await;
        assert_eq!(answer.status, 200, "{copied:?}: {answer:?}");
        app.fetch("/api/auth/reset-password").fields(&fields).send().await.is_refused(410, "link_used");
    }
}

#[tokio::test]
async fn a_token_that_was_cut_is_unknown() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let link = app.mailed_link(ADA, "/verify-email").await;
    let cut = &token(&link)[1..];
    app.fetch("/api/auth/verify-email").fields(&[("token", cut)]).send().await.is_refused(410, "link_unknown");
}
