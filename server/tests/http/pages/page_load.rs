//! Pages are right at the first byte.

use crate::answer::Answer;
use crate::app::{ADA, BOB, TestApp};
use http::Method;

fn is_signed_in(page: &Answer) -> bool {
    let html = page.html();
    let (address, way_out) = (html.contains(ADA), html.contains("Sign out"));
    assert_eq!(address, way_out, "{html}");
    address
}

#[tokio::test]
async fn the_first_byte_knows_who_is_signed_in() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ["/", "/account", "/account/devices"] {
        let page = app.open_page_as(&ada, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(is_signed_in(&page), "{path}");
        assert!(page.html().contains(r#"href="/account""#));
        for secret in [&ada.refresh, &ada.bearer, &ada.bearer.split('.').nth(2).unwrap_or_default().to_owned()] {
            assert!(!page.html().contains(secret.as_str()), "{path} holds a token");
        }
        assert!(page.html().contains(&format!(r#"name="sid" value="{}""#, ada.sid)), "forms say whose they are");
    }
    for path in ["/", "/login", "/signup"] {
        let page = app.open_page(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!is_signed_in(&page), "{path}");
        assert!(page.html().contains("Sign in") && page.html().contains("Create account"));
    }
}

#[tokio::test]
async fn a_page_shows_its_reader_only() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
    app.set_name(&ada, "the blue notebook").await;
    let page = app.open_page_as(&ada, "/account").await;
    assert!(page.html().contains("the blue notebook"));
    let page = app.open_page_as(&bob, "/account").await;
    assert!(page.html().contains(BOB));
    assert!(!page.html().contains("the blue notebook") && !page.html().contains(ADA));
}

#[tokio::test]
async fn a_page_that_is_not_there_is_404() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ["/nowhere", "/account/nowhere", "/login.php", "/api", "/..%2f..%2fetc/passwd", "/pkg/nowhere"] {
        assert_eq!(app.open_page(path).await.status, 404, "{path}");
    }
    let page = app.open_page_as(&ada, "/nowhere").await;
    assert_eq!(page.status, 404);
    assert!(is_signed_in(&page));
    assert!(page.html().contains("Page not found"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(app.page("/nowhere").method(Method::HEAD).send().await.status, 404);
}

#[tokio::test]
async fn what_a_person_wrote_is_text_on_the_page() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    app.set_name(&ada, "</script><script>alert(1)</script></p><img src=x onerror=alert(2)>").await;
    let page = app.open_page_as(&ada, "/account").await;
    assert!(page.html().contains("alert(1)") && page.html().contains("alert(2)"));
    assert!(!page.html().contains("<script>alert(1)") && !page.html().contains("<img src=x"), "{}", page.html());
    let page = app.open_page("/login?next=%2F%22%3E%3Cscript%3Ealert(3)%3C/script%3E").await;
    assert!(!page.html().contains("<script>alert(3)"));
}

#[tokio::test]
async fn a_page_takes_no_post() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ["/", "/account", "/account/devices", "/login"] {
        let answer = app.form(path).of(&ada).fields(&[("a", "b")]).send().await;
        assert_eq!(answer.status, 405, "{path}");
    }
    assert_eq!(app.session(&ada.sid).await, (0, None));
}
