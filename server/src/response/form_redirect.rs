//! A form posted without JavaScript is answered by a redirect: on to the next page, or back to the form with its
//! error.

use crate::{
    application::AppState,
    http::{
        failure,
        kind::{Kind, is_api},
        referrer,
    },
};
use app::error::AppError;
use app::guard::{login_path, reauthentication_path};
use app::message::Message;
use app::ssr::Flash;
use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCEPT, CONTENT_DISPOSITION, LOCATION};
use http::{HeaderValue, StatusCode};

/// Runs the server function as for a fetch and turns its answer into a redirect.
///
/// Leptos would do it itself for whoever accepts HTML. It would put one error after the other into the address, lose
/// the error where there is no `Referer`, and send the answer's JSON along; so that header is taken away.
pub(crate) async fn answer(
    state: &AppState,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    if Kind::of(&request) != Kind::Form || !is_api(&request) {
        return next(request).await;
    }
    let page = referrer::page(&state.config, &request);
    let endpoint = request.uri().path().to_owned();
    let flash = request.extensions().get::<Flash>().cloned().unwrap_or_default();
    request.headers_mut().remove(ACCEPT);
    let mut response = next(request).await;
    let to = match failure::taken_from(&mut response).await {
        // What a browser keeps as a file leaves the page where it is.
        None if response.headers().contains_key(CONTENT_DISPOSITION) => return response,
        None => {
            response.headers_mut().remove(LOCATION).and_then(|to| to.to_str().ok().map(str::to_owned)).unwrap_or(page)
        }
        Some(AppError::Unauthenticated) => {
            flash.say(Message::SessionEnded);
            login_path(&page)
        }
        Some(AppError::ReauthenticationRequired) => reauthentication_path(&page),
        Some(error) => referrer::with_error(&page, &endpoint, error),
    };
    redirect(response, &to)
}

/// `response` as a redirect, with the cookies it sets.
pub(crate) fn redirect(mut response: Response, to: &str) -> Response {
    failure::empty(&mut response);
    // After a POST the next page is fetched by GET (RFC 9110, section 15.4.4).
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/")));
    response
}
