//! The audience of each page, and the redirects for everyone else.

use crate::site::{Audience, Page};
use leptos::prelude::GetUntracked;
use leptos_router::location::{Location, Url};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// Where a signed-in person goes when nothing else was asked for.
const HOME_SIGNED_IN: &str = "/account";
const LOGIN: &str = "/login";
const REAUTHENTICATION: &str = "/reauthenticate";
/// Stands in the query of the sign-in page where the way there is to show whether the browser keeps cookies.
const COOKIE_CHECK: &str = "cookies=check";
/// The query parameter, and the form field, that says where a person was going.
pub const NEXT_FIELD: &str = "next";

/// RFC 3986's unreserved characters stay; so does `/`, which is allowed in a query and keeps `next` readable.
const NEXT_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Returns the audience of the page at `path`. A path without a page is for everyone: it answers 404.
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
/// The pairs in which Leptos tells a form's error (`__path`, `__err`) do not come along: they were about a request that
/// is over. Nor does the way back to a mailed link, whose token this page would tell in its `Referer`.
///
/// From the page that asks for the password anew it leads where that would lead: a sign-in is such a proof.
pub fn login_path(next: &str) -> String {
    path_with_next(LOGIN, way_from(next).as_deref())
}

/// Where a person at `address` is going: there, or from the page that asks for the password anew where that leads.
pub fn way_from(address: &str) -> Option<String> {
    if path_of(address) == REAUTHENTICATION {
        let (_, query) = address.split_once('?').unwrap_or_default();
        return next_in(query);
    }
    let address = without_form_error(address);
    allowed_next(&address).map(str::to_owned)
}

/// The address of the page that asks for the password anew and leads back to `next`, as [`login_path`] does.
pub fn reauthentication_path(next: &str) -> String {
    path_with_next(REAUTHENTICATION, Some(next))
}

/// The address of `page` that carries `next`, the path that a person was going to, through every detour: sign-in,
/// sign-up, a forgotten password. Every such address is made here.
///
/// A `next` that is no path of this site, or holds the token of a mailed link, is left out.
pub fn path_with_next(page: &str, next: Option<&str>) -> String {
    let next = next.map(without_form_error);
    match next.as_deref().and_then(allowed_next) {
        Some(next) if next != "/" => format!("{page}?{NEXT_FIELD}={}", utf8_percent_encode(next, NEXT_VALUE)),
        _ => page.to_owned(),
    }
}

/// Where a person goes who has signed in on the way to `next`: there, where that is a path of this site and not for the
/// signed-out, else to the account.
pub fn destination(next: Option<&str>) -> &str {
    let next = next.and_then(allowed_next).filter(|next| audience(path_of(next)) != Audience::SignedOut);
    next.unwrap_or(HOME_SIGNED_IN)
}

/// Where a signed-in person goes from a page for the signed-out whose address has `query`.
pub fn onward(query: &str) -> String {
    destination(next_in(query).as_deref()).to_owned()
}

/// The address by way of which a person goes to `next` who has just signed in, on a browser that may keep no cookies.
/// With the session's cookie it leads on; without, it is the sign-in page, which says what is wrong.
pub fn cookie_check_path(next: &str) -> String {
    format!("{LOGIN}?{NEXT_FIELD}={}&{COOKIE_CHECK}", utf8_percent_encode(destination(Some(next)), NEXT_VALUE))
}

/// Whether `address` (a path with its query) is that of [`cookie_check_path`].
pub fn is_cookie_check(address: &str) -> bool {
    let (path, query) = address.split_once('?').unwrap_or_default();
    path == LOGIN && query.split('&').any(|pair| pair == COOKIE_CHECK)
}

/// An address on this site without its query.
pub fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// The path of this site that `next` names in a query, decoded once (the router's own map decodes twice, and `%2526`
/// would become `&`).
pub fn next_in(query: &str) -> Option<String> {
    let mut pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == NEXT_FIELD)?;
    let next = percent_decode_str(&value.replace('+', " ")).decode_utf8().ok().map(Cow::into_owned);
    next.filter(|next| allowed_next(next).is_some())
}

/// `next` where it is a path of this site without the token of a mailed link, or `None`.
pub fn allowed_next(next: &str) -> Option<&str> {
    same_site_path(next).filter(|next| !holds_token(next))
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

/// Returns where a person at `url` belongs, whose page is for `audience`; `None` where they belong there.
pub fn belongs_elsewhere(audience: Audience, is_signed_in: bool, url: &Url) -> Option<String> {
    match audience {
        Audience::SignedOut if is_signed_in => Some(onward(url.search())),
        Audience::SignedIn if !is_signed_in => Some(login_path(&path_and_query(url.path(), url.search()))),
        _ => None,
    }
}

/// Returns path and query of where the browser is, or is going.
pub fn address(location: &Location) -> String {
    path_and_query(&location.pathname.get_untracked(), &location.search.get_untracked())
}

fn path_and_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_that_checks_cookies_leads_on_to_the_same_place() {
        for (next, path) in [
            ("/notes?edit=1", "/login?next=/notes%3Fedit%3D1&cookies=check"),
            ("/", "/login?next=/&cookies=check"),
            ("//evil", "/login?next=/account&cookies=check"),
        ] {
            assert_eq!(cookie_check_path(next), path);
            assert!(is_cookie_check(path));
        }
        assert_eq!(onward("next=/notes%3Fedit%3D1&cookies=check"), "/notes?edit=1");
        assert_eq!(onward("next=/&cookies=check"), "/");
        for other in ["/login", "/login?next=/cookies=check", "/notes?cookies=check", "/login?cookies=checked", ""] {
            assert!(!is_cookie_check(other), "{other}");
        }
    }

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
    fn sign_in_leads_past_the_page_that_asks_for_the_password_anew() {
        let asked_anew = reauthentication_path("/account/data?a=1&b=%26");
        assert_eq!(login_path(&asked_anew), login_path("/account/data?a=1&b=%26"));
        assert_eq!(login_path("/reauthenticate?next=//evil"), "/login");
        assert_eq!(login_path("/reauthenticate"), "/login");
        assert_eq!(login_path("/reauthenticated?next=/notes"), "/login?next=/reauthenticated%3Fnext%3D/notes");
    }

    #[test]
    fn every_detour_takes_next_along() {
        for page in ["/signup", "/signup/sent", "/forgot-password", "/forgot-password/sent", "/login"] {
            let detour = path_with_next(page, Some("/notes?edit=1&x=%C3%A4"));
            let (path, query) = detour.split_once('?').expect("a query");
            assert_eq!((path, onward(query).as_str()), (page, "/notes?edit=1&x=%C3%A4"));
            for nowhere in [None, Some(""), Some("/"), Some("//evil"), Some("/reset-password?token=abc")] {
                assert_eq!(path_with_next(page, nowhere), page, "{nowhere:?}");
            }
        }
    }

    #[test]
    fn whoever_has_signed_in_goes_where_they_were_going() {
        assert_eq!(onward("?next=%2Fnotes%3Fedit%3D1"), "/notes?edit=1");
        assert_eq!(onward("?next=/healthz"), "/healthz");
        assert_eq!(destination(Some("/notes")), "/notes");
        for nowhere in ["", "?next=/login", "?next=/signup%3Fx", "?next=//evil", "?next=evil"] {
            assert_eq!(onward(nowhere), "/account", "{nowhere}");
        }
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
        assert_eq!(next_in("next=%2F%2Fevil"), None, "no path of this site");
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
