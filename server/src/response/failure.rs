//! What a failure looks like: JSON for a fetch, a redirect for a form, a page for a person. Decided in one layer,
//! whoever failed.

use crate::{
    application::AppState,
    http::{
        error_page, form,
        kind::{Kind, is_api},
        referrer::{self, Back},
    },
    security::asker::{BearerRefused, request_id},
};
use app::error::AppError;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use leptos::server_fn::error::FromServerFnError;

/// By which a server function marks its error's answer.
static SERVER_FN_ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// An error of ours in JSON is never longer.
const ERROR_MAX_BYTES: usize = 16 * 1024;

/// A failure on its way out; [`render`] gives it a body.
#[derive(Clone, Debug)]
pub(crate) struct Failure(pub(crate) AppError);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every failure its status, headers and body.
pub(crate) async fn render(
    state: &AppState,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let kind = Kind::of(&request);
    let request_id = request_id(&request);
    let is_api = is_api(&request);
    let form = (is_api && kind == Kind::Form)
        .then(|| (referrer::page(&state.config, &request), request.uri().path().to_owned()));
    let mut response = next(request).await;
    // Read out of the body meanwhile.
    let back = response.extensions_mut().remove().map(|Back(path)| path);
    let is_bearer_refused = response.extensions_mut().remove::<BearerRefused>().is_some();
    let error = match taken_from(&mut response).await {
        Some(error) => error,
        None if is_api || is_bare(&response) => match plain(response.status()) {
            Some(error) => error,
            None => return response,
        },
        None => return response,
    };
    let error = match error {
        AppError::Internal { .. } => AppError::Internal { request_id: Some(request_id.clone()) },
        error => error,
    };
    if error.retry_after().is_some() {
        state.refusals.keep().await;
    }
    // From another site, or for another host, there is no page to lead back to.
    let is_ours = !matches!(error, AppError::CrossOrigin | AppError::Misdirected);
    if let Some((page, path)) = form.filter(|_| is_ours) {
        return form::redirect(response, &referrer::with_error(&back.unwrap_or(page), &path, error));
    }
    let is_person = kind != Kind::Fetch && !(is_api && kind == Kind::Navigation);
    let (content_type, body) = if is_person {
        (
            "text/html; charset=utf-8",
            Body::from(error_page::html(&state.leptos, &error, &request_id, response.extensions_mut().remove())),
        )
    } else {
        ("application/json", Body::from(error.ser()))
    };
    empty(&mut response);
    *response.status_mut() = status(&error);
    *response.body_mut() = body;
    let headers = response.headers_mut();
    // That of the file which would have been here.
    headers.remove(CACHE_CONTROL);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(seconds) = error.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    match error {
        // RFC 9110, sections 11.6.1 and 15.5.6: a 401 names a challenge, a 405 the methods. RFC 6750, section 3.1: a
        // refused token is named as the cause, and no cause where none was presented.
        AppError::Unauthenticated if is_bearer_refused => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer error="invalid_token""#));
        }
        AppError::Unauthenticated | AppError::InvalidCredentials => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        AppError::MethodNotAllowed => {
            let methods = if is_api { "POST" } else { "GET,HEAD" };
            headers.entry(ALLOW).or_insert(HeaderValue::from_static(methods));
        }
        _ => {}
    }
    response
}

/// The error that a response carries: one of ours, or a server function's.
pub(crate) async fn taken_from(response: &mut Response) -> Option<AppError> {
    if let Some(Failure(error)) = response.extensions_mut().remove() {
        return Some(error);
    }
    response.headers_mut().remove(&SERVER_FN_ERROR)?;
    let body = std::mem::replace(response.body_mut(), Body::empty());
    let bytes = to_bytes(body, ERROR_MAX_BYTES).await.unwrap_or_default();
    Some(AppError::de(bytes))
}

/// Whether a response carries an error.
pub(crate) fn is_failure(response: &Response) -> bool {
    response.extensions().get::<Failure>().is_some() || response.headers().contains_key(&SERVER_FN_ERROR)
}

/// Takes the body away, and what was said of it.
pub(crate) fn empty(response: &mut Response) {
    *response.body_mut() = Body::empty();
    let headers = response.headers_mut();
    for name in [CONTENT_TYPE, CONTENT_LENGTH, SERVER_FN_ERROR.clone()] {
        headers.remove(name);
    }
}

/// Whether an answer outside the API, where many are no failures of ours, says nothing but that it is one. What answers
/// `HEAD` describes the body that it leaves out.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    (matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) || status.is_server_error())
        && response.body().is_end_stream()
        && !response.headers().contains_key(CONTENT_TYPE)
}

/// What an answer without a body of ours means.
fn plain(status: StatusCode) -> Option<AppError> {
    match status {
        StatusCode::NOT_FOUND => Some(AppError::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(AppError::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(AppError::PayloadTooLarge),
        status if status.is_server_error() => Some(AppError::Internal { request_id: None }),
        status if status.is_client_error() => Some(AppError::BadRequest),
        _ => None,
    }
}

fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
