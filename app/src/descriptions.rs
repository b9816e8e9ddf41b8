//! What search engines show of each public page. A fork writes its own here.
//!
//! A page without a description is not to be indexed: it is for people who are signed in, or only makes sense after a
//! form or a mailed link.

use crate::PRODUCT;

/// The paths of the public pages and their descriptions, of 50 to 160 characters each. `{PRODUCT}` stands for the
/// product's name.
const DESCRIPTIONS: &[(&str, &str)] = &[
    (
        "/",
        "{PRODUCT} is a full-stack Rust starter with complete accounts: sign-up, sign-in and sessions that work, with and \
         without JavaScript. Fork it and begin.",
    ),
    ("/signup", "Create an account on {PRODUCT} with your email address and a password. It takes a minute."),
    ("/login", "Sign in to your account on {PRODUCT} with your email address and your password."),
    (
        "/forgot-password",
        "Forgot your password for {PRODUCT}? Enter your email address and receive a link to choose a new one.",
    ),
];

/// Returns the description of the page at `path`; `None` where it is not to be indexed.
pub fn of(path: &str) -> Option<String> {
    let (_, description) = DESCRIPTIONS.iter().find(|(described, _)| *described == path)?;
    Some(description.replace("{PRODUCT}", PRODUCT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PAGES;
    use crate::guard::Audience;
    use std::collections::HashSet;

    const ROBOTS: &str = include_str!("../../public/robots.txt");

    fn is_disallowed(path: &str) -> bool {
        ROBOTS.lines().filter_map(|line| line.strip_prefix("Disallow: ")).any(|prefix| path.starts_with(prefix))
    }

    #[test]
    fn a_description_is_of_a_public_page_and_of_a_useful_length() {
        let mut texts = HashSet::new();
        for (path, _) in DESCRIPTIONS {
            let page = PAGES.iter().find(|page| page.path == *path);
            assert!(
                page.is_some_and(|page| page.audience != Audience::SignedIn && page.part != Some("links")),
                "{path}"
            );
            let text = of(path).unwrap_or_default();
            assert!((50..=160).contains(&text.chars().count()), "{path}: {}", text.chars().count());
            assert!(text.contains(PRODUCT) && !text.contains('{'), "{text}");
            assert!(texts.insert(text), "{path} has a text of its own");
        }
        assert_eq!(of("/nowhere"), None);
    }

    #[test]
    fn robots_are_kept_from_the_pages_of_people_and_from_no_other() {
        for page in PAGES {
            // A page that says `noindex` itself must be read for that.
            assert_eq!(is_disallowed(page.path), page.audience == Audience::SignedIn, "{}", page.path);
        }
        assert!(is_disallowed("/api/auth/login"));
    }
}
