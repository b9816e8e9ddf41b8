//! Answers a form posted without JavaScript with a redirect: to the next page, or back to the form with its error.

use crate::{
    config::Config,
    request::{
        id::request_id,
        kind::{Kind, is_api},
        referrer,
    },
    response::failure,
};
use auth::Asker;
use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCEPT, CONTENT_DISPOSITION, LOCATION};
use http::{HeaderValue, StatusCode};
use platform::error::AppError;
use platform::guard::{login_path, reauthentication_path};
use platform::site::site;
use platform::ssr::{Flash, Flow, Scope, TypedFields};
use std::sync::Arc;

/// Runs the server function as for a fetch and turns its answer into a redirect.
///
/// Leptos would redirect by itself if `Accept` contains HTML. It appends one error after another to the address, loses the
/// error without a `Referer`, and sends the JSON along. So this layer removes the `Accept` header.
pub(crate) async fn answer(
    config: &Config,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    if Kind::of(&request) != Kind::Form || !is_api(&request) {
        return next(request).await;
    }
    let (page, id) = (referrer::page(config, &request), request_id(&request));
    let endpoint = request.uri().path().to_owned();
    let flash = request.extensions().get::<Flash>().cloned().unwrap_or_default();
    let typed = request.extensions_mut().remove::<TypedFields>();
    let scope = request.extensions().get::<Arc<Scope>>().cloned();
    let asker = request.extensions().get::<Arc<Asker>>().cloned().unwrap_or_default();
    let flow = Flow::new(request.extensions().get().cloned());
    request.headers_mut().remove(ACCEPT);
    let mut response = next(request).await;
    let mut failure = failure::taken_from(&mut response).await;
    if let (Some(_), Some(typed), Some(scope)) = (&failure, typed, scope)
        && let Err(error) = typed.keep(&scope, &asker, &flash, &flow).await
    {
        failure = Some(error);
    }
    let to = match failure {
        // A download leaves the page in place.
        None if response.headers().contains_key(CONTENT_DISPOSITION) => return response,
        None => {
            response.headers_mut().remove(LOCATION).and_then(|to| to.to_str().ok().map(str::to_owned)).unwrap_or(page)
        }
        Some(AppError::Unauthenticated) => {
            flash.say(site().messages.session_ended);
            login_path(&page)
        }
        Some(AppError::ReauthenticationRequired) => reauthentication_path(&page),
        Some(error) => referrer::with_error(&page, &endpoint, error.with_request_id(Some(id))),
    };
    redirect(response, &to)
}

/// Turns `response` into a redirect that keeps its cookies.
pub(crate) fn redirect(mut response: Response, to: &str) -> Response {
    failure::empty(&mut response);
    // After a POST the next page is fetched by GET (RFC 9110, section 15.4.4).
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/")));
    response
}
