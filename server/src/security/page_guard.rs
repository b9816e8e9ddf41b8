//! Redirects page loads away from pages that are not for their asker. It reads the table that the routes are made of.

use auth::Asker;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::uri::PathAndQuery;
use http::{HeaderValue, StatusCode};
use platform::guard::{audience, login_path, onward, without_trailing_slash};
use platform::site::{Audience, Page};
use platform::ssr::location;

/// Returns the redirect away from a page that is not for this asker, or from an address with a trailing slash.
pub(super) fn redirect_away(request: &Request, asker: &Asker) -> Option<Response> {
    let uri = request.uri();
    if let Some(page) = without_trailing_slash(uri.path()) {
        let to = uri.query().map_or_else(|| page.to_owned(), |query| format!("{page}?{query}"));
        return redirect(StatusCode::PERMANENT_REDIRECT, &to);
    }
    match (audience(uri.path()), asker.session()) {
        (Audience::SignedIn, None) => {
            redirect(StatusCode::FOUND, &login_path(uri.path_and_query().map_or("/", PathAndQuery::as_str)))
        }
        (Audience::SignedOut, Some(_)) => {
            redirect(StatusCode::FOUND, &location(&onward(uri.query().unwrap_or_default())))
        }
        _ => None,
    }
}

/// Whether the page is kept from this asker because their roles lack its permission.
pub(super) fn is_forbidden(request: &Request, asker: &Asker) -> bool {
    let permission = Page::at(request.uri().path()).and_then(|page| page.permission);
    let roles = asker.session().map(|session| &session.roles);
    permission.zip(roles).is_some_and(|(permission, roles)| !roles.permit(permission))
}

fn redirect(status: StatusCode, to: &str) -> Option<Response> {
    Some((status, [(LOCATION, HeaderValue::try_from(to).ok()?)]).into_response())
}
