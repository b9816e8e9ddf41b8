//! Bodies that cannot be read, or should not be.

use crate::app::{ADA, NAMES_SET, PASSWORD, TestApp, endpoints};
use crate::raw;

const LIMIT: usize = 64 * 1024;

/// The endpoints that need fields.
const WITH_FIELDS: &[&str] =
    &["/api/auth/signup", "/api/auth/login", "/api/account/name", "/api/account/password", "/api/account/devices/end"];

#[tokio::test]
async fn a_body_is_a_form() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in endpoints() {
        for (content_type, body) in [
            ("application/json", r#"{"email":"ada@example.com","password":"kettle orbit mango 42"}"#),
            ("text/plain", "email=ada%40example.com&password=kettle+orbit+mango+42&id=x&body=y"),
            ("multipart/form-data; boundary=x", "--x--"),
            ("application/octet-stream", "\0"),
            ("application/x-www-form-urlencoded-not", "id=x&body=y"),
            ("application/x-www-form-urlencoded; charset=iso-8859-1", "id=x&body=y"),
            ("application/x-www-form-urlencoded; charset=utf-8; charset=utf-16", "id=x&body=y"),
            ("", "id=x&body=y"),
        ] {
            let ask = app.fetch(path).of(&ada).bearer(&ada.bearer).header("content-type", content_type);
            ask.body(body.as_bytes()).send().await.is_refused(415, "unsupported_media_type");
        }
        let untyped = app.fetch(path).of(&ada).bearer(&ada.bearer).body(b"id=x&body=y").send().await;
        untyped.is_refused(415, "unsupported_media_type");
    }
    let ask = app.fetch("/api/account/name").bearer(&ada.bearer).body(b"display_name=x");
    let answer = ask.header("content-type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8").send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(app.session(&ada.sid).await, (0, None));
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn a_form_is_read_strictly() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let good = "email=ada%40example.com&password=kettle+orbit+mango+42&id=x&body=y";
    for path in endpoints() {
        for more in [
            "&email=eve%40example.com&body=z&id=w",
            "&%65mail=eve%40example.com&%62ody=z&%69d=w",
            "&x=%ff",
            "&%ff=x",
            "&x=%c3%28",
            "&sid=a&sid=b",
        ] {
            let ask = app.fetch(path).of(&ada).bearer(&ada.bearer);
            ask.raw_fields(format!("{good}{more}").as_bytes()).send().await.is_refused(400, "bad_request");
        }
        let raw = [good.as_bytes(), b"&x=\xff\xfe"].concat();
        app.fetch(path).of(&ada).bearer(&ada.bearer).raw_fields(&raw).send().await.is_refused(400, "bad_request");
    }
    assert_eq!(app.session(&ada.sid).await, (0, None));
    assert_eq!(app.count(NAMES_SET).await, 0);
}

#[tokio::test]
async fn what_is_missing_is_missed() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in WITH_FIELDS {
        for body in ["", "email=ada%40example.com", "unknown=1", "&&&", "=", "password"] {
            let ask = app.fetch(path).bearer(&ada.bearer).raw_fields(body.as_bytes());
            ask.send().await.is_refused(400, "bad_request");
        }
        app.fetch(path).bearer(&ada.bearer).send().await.is_refused(400, "bad_request");
    }
    let fields = [("email", ADA), ("password", PASSWORD), ("remember", "perhaps")];
    app.fetch("/api/auth/login").fields(&fields).send().await.is_refused(400, "bad_request");
    // The others need none.
    assert_eq!(app.fetch("/api/auth/me").bearer(&ada.bearer).send().await.status, 200);
    assert_eq!(app.fetch("/api/auth/me").bearer(&ada.bearer).fields(&[]).send().await.status, 200);
    assert_eq!(app.fetch("/api/account/devices").bearer(&ada.bearer).fields(&[("more", "x")]).send().await.status, 200);
}

#[tokio::test]
async fn a_body_has_64_kib_at_most() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let body = |length: usize| format!("display_name={}", "x".repeat(length - 13));
    for path in endpoints() {
        let ask = app.fetch(path).of(&ada).bearer(&ada.bearer).raw_fields(body(LIMIT + 1).as_bytes());
        ask.send().await.is_refused(413, "payload_too_large");
    }
    let most = app.fetch("/api/account/name").bearer(&ada.bearer).raw_fields(body(LIMIT).as_bytes()).send().await;
    most.is_refused(422, "invalid");
    assert_eq!(most.json()["fields"]["display_name"]["error"], "too_long");
}

#[tokio::test]
async fn the_limit_holds_for_every_method() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in endpoints() {
        for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n\
                 Authorization: Bearer {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n",
                app.host(),
                ada.bearer,
                LIMIT + 1
            );
            raw::send(&app, head.as_bytes()).await.is_refused(413, "payload_too_large");
        }
    }
}

#[tokio::test]
async fn what_a_body_says_of_its_length_is_not_believed() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let head = |length: &str| {
        format!(
            "POST /api/account/name HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n\
             Authorization: Bearer {}\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\
             {length}\r\n\r\n",
            app.host(),
            ada.bearer
        )
    };
    // Refused by what it announces, before any of it has come.
    let announced = raw::send(&app, head(&format!("Content-Length: {}", LIMIT + 1)).as_bytes()).await;
    announced.is_refused(413, "payload_too_large");
    let announced = raw::send(&app, head("Content-Length: 99999999999999999999").as_bytes()).await;
    assert!((400..500).contains(&announced.status), "{announced:?}");
    let chunk = format!("{:x}\r\ndisplay_name={}\r\n", LIMIT, "x".repeat(LIMIT - 13));
    let chunks = format!("{}{chunk}1\r\nx\r\n0\r\n\r\n", head("Transfer-Encoding: chunked"));
    raw::send(&app, chunks.as_bytes()).await.is_refused(413, "payload_too_large");
    let small = format!("{}e\r\ndisplay_name=x\r\n0\r\n\r\n", head("Transfer-Encoding: chunked"));
    assert_eq!(raw::send(&app, small.as_bytes()).await.status, 200);
    // Both at once is how requests are smuggled past a proxy.
    let both = format!("{}e\r\ndisplay_name=y\r\n0\r\n\r\n", head("Transfer-Encoding: chunked\r\nContent-Length: 3"));
    assert_ne!(raw::send(&app, both.as_bytes()).await.status, 500);
    let two = head("Content-Length: 14\r\nContent-Length: 15") + "display_name=zz";
    assert_eq!(raw::send(&app, two.as_bytes()).await.status, 400);
}

#[tokio::test]
async fn a_form_without_javascript_hears_of_it_on_its_page() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let too_large = format!("display_name={}", "x".repeat(LIMIT));
    let bodies: [(&[u8], &str); 4] = [
        (b"display_name=a&display_name=b", "could not be understood"),
        (b"display_name=%ff", "could not be understood"),
        (b"", "could not be understood"),
        (too_large.as_bytes(), "more than can be sent at once"),
    ];
    for (body, sentence) in bodies {
        let answer = app.form("/api/account/name").of(&ada).from("/account").raw_fields(body).send().await;
        let page = app.open_page_as(&ada, answer.leads_on()).await;
        assert!(page.html().contains(sentence), "{sentence}: {}", page.html());
    }
    let ask = app.form("/api/account/name").of(&ada).from("/account").header("content-type", "text/plain");
    let answer = ask.body(b"display_name=x").send().await;
    assert!(app.open_page_as(&ada, answer.leads_on()).await.html().contains("must be a form"));
    assert_eq!(app.count(NAMES_SET).await, 0);
}
