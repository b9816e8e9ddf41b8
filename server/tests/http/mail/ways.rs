//! The destination of mail: `/dev/mailbox` in development mode, and only there.

use crate::app::{ADA, BOB, PASSWORD, TestApp, until};
use server::config::MailWay;
use std::path::PathBuf;

/// The mails that were written into a folder.
fn mails_in(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect()
}

/// A mail as a person reads it (RFC 2045, section 6.7, as far as our own mail needs it).
fn read(path: &std::path::Path) -> String {
    let mail = std::fs::read_to_string(path).expect("a mail");
    mail.replace("=\r\n", "").replace("=3D", "=")
}

#[tokio::test]
async fn in_development_mode_mail_is_shown() {
    let app = TestApp::start().await;
    assert!(app.open_page("/dev/mailbox").await.html().contains("Nothing has been sent yet."));
    app.sign_up(ADA).await;
    app.sign_up(BOB).await;
    let page = app.mail_page(ADA, "Confirm your address").await;
    let link = app.mailed_link(ADA, "/verify-email").await;
    assert!(page.contains(&format!(">{}{link}", app.origin)), "on the public URL: {page}");
    assert!(page.contains(ADA) && !page.contains(BOB));
    assert!(page.contains(r#"sandbox="allow-popups allow-popups-to-escape-sandbox""#), "no scripts, no origin: {page}");
    let frame = page.split_once("srcdoc=\"").expect("the HTML").1;
    let frame = frame.split('"').next().unwrap_or_default();
    assert!(frame.contains("verify-email?token=") && frame.contains("_blank"), "{frame}");

    until("both are there", || async {
        let all = app.open_page("/dev/mailbox").await;
        all.html().contains(ADA) && all.html().contains(BOB)
    })
    .await;
    let bobs = app.open_page("/dev/mailbox?to=bob%40example.com").await;
    assert!(bobs.html().contains(BOB) && !bobs.html().contains(ADA));
    assert_eq!(bobs.header("cache-control"), Some("no-store"));
    assert!(bobs.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'self'")));
}

#[tokio::test]
async fn a_mail_that_is_not_there_is_404() {
    let app = TestApp::start().await;
    for path in ["/dev/mailbox/nothing", "/dev/mailbox/a/b", "/dev"] {
        assert_eq!(app.open_page(path).await.status, 404, "{path}");
    }
    let posted = app.form("/dev/mailbox").fields(&[("a", "b")]).send().await;
    assert_eq!(posted.status, 405);
    let other_host = app.page("/dev/mailbox").header("host", "evil.example").send().await;
    assert_eq!(other_host.status, 421);
}

#[tokio::test]
async fn links_are_on_the_public_url_whatever_the_request_says() {
    let app = TestApp::start().await;
    let host = format!("localhost:{}", app.address.port());
    let answer = app
        .fetch("/api/auth/signup")
        .header("host", &host)
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example")
        .fields(&[("email", ADA), ("password", PASSWORD)])
        .send()
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let page = app.mail_page(ADA, "Confirm your address").await;
    assert!(page.contains(&format!("{}/verify-email?token=", app.origin)), "{page}");
    assert!(!page.contains("evil.example") && !page.contains(&host), "{page}");
}

#[tokio::test]
async fn outside_development_mode_there_is_no_mailbox() {
    let folder = tempfile::tempdir().expect("a folder");
    let in_a_folder = |config: &mut server::config::Config| config.mail.way = MailWay::Folder(folder.path().into());
    let forced = |config: &mut server::config::Config| {
        config.dev = false;
        config.mail.way = MailWay::Mailbox;
    };
    for app in
        [TestApp::start_on_https().await, TestApp::start_with(in_a_folder).await, TestApp::start_with(forced).await]
    {
        for path in ["/dev/mailbox", "/dev/mailbox?to=ada@example.com", "/dev/mailbox/x"] {
            let page = app.open_page(path).await;
            assert_eq!(page.status, 404, "{path}");
            assert!(page.html().contains("Page not found"), "as any address that has no page");
        }
    }
}

#[tokio::test]
async fn a_folder_gets_a_file_for_each_mail() {
    let app = TestApp::start_on_https().await;
    app.sign_up(ADA).await;
    app.sign_up(BOB).await;
    let folder = app.mail_folder.path();
    until("both are there", || async { mails_in(folder).len() == 2 }).await;
    let mut mails: Vec<String> = mails_in(folder).iter().map(|path| read(path)).collect();
    mails.sort_by_key(|mail| mail.contains(BOB));
    for (mail, person) in mails.iter().zip([ADA, BOB]) {
        assert!(mail.contains(&format!("\r\nTo: {person}\r\n")), "{mail}");
        assert!(mail.contains("https://latchkey.example/verify-email?token="), "{mail}");
    }
    for path in mails_in(folder) {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        assert!(name.len() == 36 && name.chars().all(|char| char.is_ascii_hexdigit() || char == '-'), "{name}");
    }
    until("both are recorded", || async {
        app.count("SELECT COUNT(*) FROM outbox WHERE sent_at IS NOT NULL AND sealed IS NULL").await == 2
    })
    .await;
}

#[tokio::test]
async fn mail_is_sent_before_the_server_ends_or_after_it_starts_again() {
    let mut app = TestApp::start_on_https().await;
    app.sign_up(ADA).await;
    app.handle.shut_down();
    assert!((&mut app.running).await.is_ok_and(|ended| ended.is_ok()));
    let sent = mails_in(app.mail_folder.path()).len();
    let _again = app.second_with(|config| config.mail.way = MailWay::Folder(app.mail_folder.path().into())).await;
    until("it is recorded", || async { app.count("SELECT COUNT(*) FROM outbox WHERE sent_at IS NOT NULL").await == 1 })
        .await;
    assert!(sent <= 1 && mails_in(app.mail_folder.path()).len() == 1);
}
