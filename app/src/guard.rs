//! Who may see which page, and where everyone else is led.

use crate::Page;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// For whom a page is. Pages name theirs in the table of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Shown to all.
    Everyone,
    /// Makes no sense with a session: leads to `/account`.
    SignedOut,
    /// Needs a session: leads to `/login?next=…`.
    SignedIn,
}

/// Where a signed-in person goes when nothing else was asked for.
pub const HOME_SIGNED_IN: &str = "/account";
const LOGIN: &str = "/login";

/// RFC 3986's unreserved characters stay; so does `/`, which is allowed in a query and keeps `next` readable.
const NEXT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Whose the page at `path` is. A path that no route has is everyone's: it answers 404.
pub fn audience(path: &str) -> Audience {
    Page::at(path).map_or(Audience::Everyone, |page| page.audience)
}

/// The page that `path` means where it has a slash too many at its end.
pub fn without_trailing_slash(path: &str) -> Option<&str> {
    let page = path.strip_suffix('/').filter(|page| *page != "/")?;
    Page::at(page).map(|_| page)
}

/// The address of the sign-in page that leads back to `next` (a path with its query).
///
/// What Leptos appended to tell a form's error (`__path`, `__err`) does not come along: it was about a request that
/// is over. Nor does the way back to a mailed link, whose token this page would tell in its `Referer`.
pub fn login_path(next: &str) -> String {
    leading_to(LOGIN, next)
}

/// The address of the page that asks for the password anew and leads back to `next`, as [`login_path`] does.
pub fn reauthentication_path(next: &str) -> String {
    leading_to("/reauthenticate", next)
}

/// Where somebody goes who is signed in by now, from the page at `path` with `query` that is for the signed-out: from
/// sign-in where they were going, unless that is for the signed-out as well.
pub(crate) fn onward(path: &str, query: &str) -> String {
    let next = if path == LOGIN { next_in(query) } else { None };
    let leads_on =
        |next: &String| same_site_path(next).is_some_and(|next| audience(path_of(next)) != Audience::SignedOut);
    next.filter(leads_on).unwrap_or_else(|| HOME_SIGNED_IN.to_owned())
}

/// An address on this site without its query.
pub(crate) fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

fn leading_to(page: &str, next: &str) -> String {
    let next = without_form_error(next);
    match same_site_path(&next) {
        Some(next) if next != "/" && !holds_token(next) => format!("{page}?next={}", utf8_percent_encode(next, NEXT)),
        _ => page.to_owned(),
    }
}

/// What `next` says in a query, decoded once (the router's own map decodes twice, and `%2526` would become `&`).
pub fn next_in(query: &str) -> Option<String> {
    let value = query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("next="))?;
    percent_decode_str(&value.replace('+', " ")).decode_utf8().ok().map(Cow::into_owned)
}

/// `next` where it is a path on this site, or `None`.
///
/// Browsers read `//host`, `/\host` and, after dropping tabs and newlines, `/<TAB>/host` as another site's address,
/// so no backslash passes and no control character (OWASP, Unvalidated Redirects). Of `/.//host` they leave `//host`
/// (WHATWG URL, section 4.4), so neither do two slashes in a row, nor a segment that means a folder.
pub fn same_site_path(next: &str) -> Option<&str> {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let plain = path.starts_with('/') && !path.contains("//") && !path.split('/').any(is_dots);
    let harmless = !next.contains('\\') && !next.chars().any(char::is_control);
    (plain && harmless && next.len() <= 2048).then_some(next)
}

/// Whether a segment is `.` or `..`, of which each dot may be written as `%2e`.
fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Whether an address (a path with its query, or the query alone) holds the token of a mailed link.
///
/// A page at such an address sends its origin alone as `Referer`, so its forms say themselves where they are.
pub fn holds_token(address: &str) -> bool {
    address.split(['?', '&']).any(|pair| pair.starts_with("token="))
}

/// Whether a query tells a form's error.
pub fn holds_form_error(query: &str) -> bool {
    query.split(['?', '&']).any(|pair| pair.starts_with("__err="))
}

/// `path` without the query pairs by which Leptos tells a form's error.
pub fn without_form_error(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let kept: Vec<&str> =
        query.split('&').filter(|pair| !matches!(pair.split('=').next(), Some("__path" | "__err" | ""))).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_site_may_be_next() {
        for good in
            ["/", "/notes", "/notes?edit=1", "/notes/", "/ä", "/.a/b..", "/%2eb", "/...", "/a?//b/./c", "/a#//b/.."]
        {
            assert_eq!(same_site_path(good), Some(good));
        }
        for bad in [
            "",
            "notes",
            "//evil",
            "///evil",
            "/\\evil",
            "\\/evil",
            "https:evil",
            "https://evil",
            "javascript:alert(1)",
            "/\t/evil",
            "/\n/evil",
            "/a\r\nSet-Cookie: x",
            "/\0",
            "/a\u{85}",
            "/a//b",
            "/.//evil",
            "/..//evil",
            "/%2e//evil",
            "/%2E%2e//evil",
            "/.%2e//evil",
            "/a/..//evil.com",
            "/a/./b",
            "/a/..",
            "/a/%2E?b",
            "/..#b",
        ] {
            assert_eq!(same_site_path(bad), None, "{bad:?}");
        }
        assert_eq!(same_site_path(&format!("/{}", "a".repeat(2048))), None);
    }

    #[test]
    fn the_way_to_sign_in_leads_back() {
        assert_eq!(login_path("/notes"), "/login?next=/notes");
        assert_eq!(login_path("/notes?edit=1&x=a b"), "/login?next=/notes%3Fedit%3D1%26x%3Da%20b");
        assert_eq!(login_path("/notes?__path=%2Fapi&__err=abc"), "/login?next=/notes");
        assert_eq!(login_path("/"), "/login");
        assert_eq!(login_path("//evil"), "/login");
        assert_eq!(reauthentication_path("/account/data?__err=abc"), "/reauthenticate?next=/account/data");
        assert_eq!(reauthentication_path("//evil"), "/reauthenticate");
    }

    #[test]
    fn whoever_has_signed_in_goes_where_they_were_going() {
        assert_eq!(onward("/login", "?next=%2Fnotes%3Fedit%3D1"), "/notes?edit=1");
        assert_eq!(onward("/login", "?next=/healthz"), "/healthz");
        for nowhere in ["", "?next=/login", "?next=/signup%3Fx", "?next=//evil", "?next=evil"] {
            assert_eq!(onward("/login", nowhere), "/account", "{nowhere}");
        }
        assert_eq!(onward("/signup", "?next=/notes"), "/account");
    }

    #[test]
    fn an_address_with_a_token_is_known_and_is_never_next() {
        for address in ["/reset-password?token=abc", "?token=abc", "token=", "/x?a=b&token=abc&c"] {
            assert!(holds_token(address), "{address}");
        }
        for address in ["", "/reset-password", "/token=abc", "/x?a=token", "/x?tokens=1&mytoken=abc"] {
            assert!(!holds_token(address), "{address}");
        }
        assert_eq!(login_path("/verify-email?token=abc"), "/login");
    }

    #[test]
    fn next_comes_out_of_the_query_as_it_went_in() {
        for next in ["/notes", "/notes?edit=1&x=a%20b", "/account?x=50%25+off%26more", "/ä?q=%C3%A4"] {
            let login = login_path(next);
            let (_, query) = login.split_once('?').expect("a query");
            assert_eq!(next_in(query).as_deref(), Some(next));
        }
        assert_eq!(next_in("?a=b&next=%2Fnotes+1").as_deref(), Some("/notes 1"));
        assert_eq!(next_in("nextdoor=1"), None);
        assert_eq!(next_in("next=%ff"), None);
    }

    #[test]
    fn every_page_has_one_address() {
        assert_eq!(audience("/account"), Audience::SignedIn);
        assert_eq!(audience("/login"), Audience::SignedOut);
        assert_eq!(audience("/"), Audience::Everyone);
        assert_eq!(audience("/nowhere"), Audience::Everyone);
        assert_eq!(without_trailing_slash("/account/"), Some("/account"));
        for path in ["/", "//", "/account", "/account//", "//account/", "/nowhere/"] {
            assert_eq!(without_trailing_slash(path), None, "{path}");
        }
    }
}
