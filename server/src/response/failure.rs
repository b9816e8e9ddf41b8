//! A failure on its way from a layer, handler or server function to `render.rs`, which gives it a body.

pub(crate) use platform::api::Failure;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::HeaderName;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use leptos::server_fn::error::FromServerFnError;
use platform::error::AppError;

/// The header that marks the error of a server function.
static SERVER_FN_ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// The longest error as JSON, in bytes.
const ERROR_MAX_BYTES: usize = 16 * 1024;

/// Marks the answer to a request whose access token was refused.
#[derive(Clone, Copy)]
pub(crate) struct BearerRefused;

/// Marks the answer to a request that carries its access token in more than one way, or in a way that the API does not
/// accept.
#[derive(Clone, Copy)]
pub(crate) struct CredentialsUnclear;

/// Takes the error out of a response: a [`Failure`], or the error of a server function.
pub(crate) async fn taken_from(response: &mut Response) -> Option<AppError> {
    if let Some(Failure(error)) = response.extensions_mut().remove() {
        return Some(error);
    }
    response.headers_mut().remove(&SERVER_FN_ERROR)?;
    let body = std::mem::replace(response.body_mut(), Body::empty());
    let bytes = to_bytes(body, ERROR_MAX_BYTES).await.unwrap_or_default();
    Some(AppError::de(bytes))
}

/// Returns whether a response carries an error.
pub(crate) fn is_failure(response: &Response) -> bool {
    response.extensions().get::<Failure>().is_some() || response.headers().contains_key(&SERVER_FN_ERROR)
}

/// Removes the body and the headers that describe it.
pub(crate) fn empty(response: &mut Response) {
    *response.body_mut() = Body::empty();
    let headers = response.headers_mut();
    for name in [CONTENT_TYPE, CONTENT_LENGTH, SERVER_FN_ERROR.clone()] {
        headers.remove(name);
    }
}
