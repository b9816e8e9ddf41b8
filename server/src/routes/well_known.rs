//! The files and redirects that programs look for at fixed addresses: under `/.well-known/` (RFC 8615), and `robots.txt`.

use crate::{config::SecurityTxt, state::AppState};
use app::SITE;
use auth::{Clock, DAY};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use humantime::format_rfc3339_seconds;
use platform::site::Audience;
use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

/// Leads password managers to the page that changes a password (W3C, A Well-Known URL for Changing Passwords).
pub(crate) const CHANGE_PASSWORD: &str = "/.well-known/change-password";
/// Tells where to report a vulnerability (RFC 9116).
pub(crate) const SECURITY_TXT: &str = "/.well-known/security.txt";

/// Keeps search engines away from pages that need a session (RFC 9309).
const ROBOTS_TXT: &str = "/robots.txt";

/// The target of the redirect.
const SECURITY_PAGE: &str = "/account/security";
/// The validity of the file without a configured end, in days. RFC 9116 advises less than a year.
const GOOD_FOR_DAYS: i64 = 180;

const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

/// Returns the routes.
pub(crate) fn routes(state: &AppState) -> Router {
    Router::new()
        .route(CHANGE_PASSWORD, get(async || Redirect::temporary(SECURITY_PAGE)))
        .route(SECURITY_TXT, get(security_txt))
        .route(ROBOTS_TXT, get(async || ([(CONTENT_TYPE, PLAIN_TEXT)], robots())))
        .with_state(state.clone())
}

async fn security_txt(State(state): State<AppState>) -> Response {
    match &state.config.security_txt {
        Some(settings) => {
            let text = text(settings, &state.config.public_url.origin(), state.auth.clock());
            ([(CONTENT_TYPE, PLAIN_TEXT)], text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn text(settings: &SecurityTxt, origin: &str, clock: &Clock) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _never_fails = writeln!(text, "{name}: {value}");
    };
    settings.contacts.iter().for_each(|contact| line("Contact", contact));
    let expires = settings.expires.clone().unwrap_or_else(|| {
        let day = clock.now() / DAY + GOOD_FOR_DAYS;
        let end = UNIX_EPOCH + Duration::from_millis((day * DAY).try_into().unwrap_or_default());
        format_rfc3339_seconds(end).to_string()
    });
    line("Expires", &expires);
    if let Some(languages) = &settings.languages {
        line("Preferred-Languages", languages);
    }
    line("Canonical", &format!("{origin}{SECURITY_TXT}"));
    if let Some(policy) = &settings.policy {
        line("Policy", policy);
    }
    text
}

/// Disallows the pages that need a session, and the API. A line counts for every path that begins with it.
fn robots() -> String {
    let closed = SITE.pages().filter(|page| page.audience == Audience::SignedIn).map(|page| page.path);
    let mut prefixes: Vec<&str> = closed.chain(["/api/"]).collect();
    prefixes.sort_unstable();
    prefixes.dedup_by(|path, before| path.starts_with(*before));
    format!("User-agent: *\nDisallow: {}\n", prefixes.join("\nDisallow: "))
}
