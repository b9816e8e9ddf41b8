//! An answer of the server.

use cookie::{Cookie, SameSite};
use http::HeaderMap;
use http::header::{CONTENT_TYPE, DATE, LOCATION, SET_COOKIE};
use platform::guard::{is_cookie_check, onward};
use platform::ssr::location;
use serde_json::Value;
use std::fmt;

#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header that is there once, or not at all.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        assert!(values.len() <= 1, "{name} is there more than once: {values:?}");
        values.first().map(|value| value.to_str().expect("text"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header(CONTENT_TYPE.as_str()), Some("application/json"), "{self:?}");
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn html(&self) -> &str {
        assert_eq!(self.header(CONTENT_TYPE.as_str()), Some("text/html; charset=utf-8"), "{self:?}");
        self.text()
    }

    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str()).expect("a Location")
    }

    /// Returns the parts that the same answer to another request would have as well.
    pub(crate) fn repeatable(&self) -> (u16, HeaderMap, &[u8]) {
        let mut headers = self.headers.clone();
        headers.remove("x-request-id");
        headers.remove(DATE);
        (self.status, headers, &self.body)
    }

    /// The constant of an error, which comes with a sentence.
    pub(crate) fn error(&self) -> String {
        let json = self.json();
        assert!(json["message"].as_str().is_some_and(|sentence| !sentence.is_empty()), "{json}");
        json["error"].as_str().expect("a constant").to_owned()
    }

    /// Asserts that it is a problem document of the API with this status and error; gives the document.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, error: &str) -> Value {
        assert_eq!(self.header(CONTENT_TYPE.as_str()), Some("application/problem+json"), "{self:?}");
        let problem: Value = serde_json::from_slice(&self.body).expect("JSON");
        assert_eq!((self.status, problem["error"].as_str()), (status, Some(error)), "{self:?}");
        assert_eq!(problem["status"].as_u64(), Some(status.into()), "{problem}");
        for text in ["title", "detail"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        assert!(self.cookies().is_empty(), "{self:?}");
        problem
    }

    /// Asserts status and error at once.
    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16, error: &str) {
        assert_eq!((self.status, self.error().as_str()), (status, error), "{self:?}");
    }

    /// Asserts a redirect after a post; gives where to. The way by which a browser goes that has shown no cookie yet is
    /// left out.
    #[track_caller]
    pub(crate) fn leads_on(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        assert_eq!(self.text(), "", "nobody reads it");
        let to = self.location();
        match to.split_once('?') {
            Some((_, query)) if is_cookie_check(to) => location(&onward(query)).leak(),
            _ => to,
        }
    }

    pub(crate) fn cookies(&self) -> Vec<Cookie<'static>> {
        self.headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| Cookie::parse(value.to_str().expect("text").to_owned()).expect("a cookie"))
            .collect()
    }

    /// A cookie that is set once, or not at all. `name` need not hold the port that it ends in in development mode.
    pub(crate) fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        let is_named = |cookie: &Cookie<'_>| {
            let rest = cookie.name().strip_prefix(name);
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix('-').is_some_and(|port| port.parse::<u16>().is_ok())
            })
        };
        let mut cookies = self.cookies().into_iter().filter(is_named);
        let cookie = cookies.next();
        assert!(cookies.next().is_none(), "{name} is set more than once: {self:?}");
        cookie
    }

    /// Returns whether anything in it looks like a JWT (RFC 7519): three parts, of which the first is the base64url of
    /// `{"` and something. Those letters alone stand by chance in one random token of some thousand.
    pub(crate) fn holds_jwt(&self) -> bool {
        let text = format!("{self:?}");
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter));
        words.any(|word| word.starts_with("eyJ") && word.split('.').count() == 3)
    }
}

/// Asserts what every cookie of ours is.
#[track_caller]
pub(crate) fn assert_marked(cookie: &Cookie<'_>, secure: bool) {
    assert_eq!(cookie.name().starts_with("__Host-"), secure, "{cookie}");
    assert_eq!(cookie.secure().unwrap_or(false), secure, "{cookie}");
    assert_eq!(cookie.http_only(), Some(true), "{cookie}");
    assert_eq!(cookie.same_site(), Some(SameSite::Lax), "{cookie}");
    assert_eq!(cookie.path(), Some("/"), "{cookie}");
    assert_eq!(cookie.domain(), None, "{cookie}");
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {:#?}", self.status, self.headers)?;
        f.write_str(&String::from_utf8_lossy(&self.body))
    }
}
