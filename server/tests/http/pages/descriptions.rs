//! For search engines: the language, title and description of each page, or `noindex`.

use crate::answer::Answer;
use crate::app::{ADA, TestApp};
use app::SITE;
use platform::site::Audience;
use std::collections::HashSet;

/// Returns the text between `before` and the next `after`, which must occur once.
fn between<'a>(html: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let mut parts = html.split(before).skip(1);
    let part = parts.next()?;
    assert!(parts.next().is_none(), "more than one {before}");
    part.split(after).next()
}

fn description(page: &Answer) -> Option<&str> {
    between(page.html(), r#"<meta name="description" content=""#, "\"")
}

fn robots(page: &Answer) -> Option<&str> {
    between(page.html(), r#"<meta name="robots" content=""#, "\"")
}

#[tokio::test]
async fn every_public_page_has_a_description_and_every_other_is_not_indexed() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let (mut titles, mut descriptions) = (HashSet::new(), HashSet::new());
    for page in SITE.pages() {
        let answer = match page.audience {
            Audience::SignedIn => app.open_page_as(&ada, page.path).await,
            Audience::Everyone | Audience::SignedOut => app.open_page(page.path).await,
        };
        assert!(matches!(answer.status, 200 | 410), "{}: {}", page.path, answer.status);
        let html = answer.html();
        assert!(html.contains(r#"<html lang="en""#), "{}", page.path);
        let title = between(html, "<title>", "</title>").unwrap_or_default();
        assert!(title.ends_with(app::PRODUCT), "{}: {title}", page.path);
        match description(&answer) {
            Some(description) => {
                assert_eq!(robots(&answer), None, "{}", page.path);
                assert!(description.len() >= 50 && descriptions.insert(description.to_owned()), "{}", page.path);
                assert!(titles.insert(title.to_owned()), "{}: {title}", page.path);
            }
            None => assert_eq!(robots(&answer), Some("noindex"), "{}", page.path),
        }
    }
    assert_eq!(descriptions.len(), 4, "{descriptions:?}");
}

#[tokio::test]
async fn an_address_with_a_token_and_a_missing_page_are_not_indexed() {
    let app = TestApp::start().await;
    for path in ["/reset-password?token=x", "/?token=x", "/login?token=x", "/nowhere", "/dev/mailbox"] {
        let answer = app.open_page(path).await;
        assert_eq!((robots(&answer), description(&answer)), (Some("noindex"), None), "{path}");
    }
    let login = app.open_page("/login?next=/account/devices").await;
    assert_eq!((robots(&login), description(&login).is_some()), (None, true));
}

#[tokio::test]
async fn robots_are_kept_from_the_pages_of_people_and_from_no_other() {
    let app = TestApp::start().await;
    let robots = app.open_page("/robots.txt").await;
    assert!(robots.status == 200 && robots.text().starts_with("User-agent: *\n"), "{robots:?}");
    let prefixes: Vec<&str> = robots.text().lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    let is_disallowed = |path: &str| prefixes.iter().any(|prefix| path.starts_with(prefix));
    for page in SITE.pages() {
        // A page that says `noindex` itself must be read for that.
        assert_eq!(is_disallowed(page.path), page.audience == Audience::SignedIn, "{}", page.path);
    }
    assert!(is_disallowed("/api/auth/login"));
    let unlike: HashSet<&str> = prefixes.iter().copied().collect();
    assert_eq!(unlike.len(), prefixes.len(), "each once: {prefixes:?}");
}
