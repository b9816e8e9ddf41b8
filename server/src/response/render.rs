//! Renders failures in one layer: JSON for a fetch, a redirect for a form, a page for a person, a problem document for a
//! client of the API.

use crate::{
    config::Config,
    request::{
        id::request_id,
        kind::{Kind, is_api, is_api_v1},
        referrer::{self, Back},
    },
    response::{
        error_page,
        failure::{self, BearerRefused, CredentialsUnclear, Failure},
        form_redirect,
        pace::Pace,
        problem::{self, PROBLEM_JSON},
    },
};
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use leptos::config::LeptosOptions;
use leptos::server_fn::error::FromServerFnError;
use platform::error::AppError;

/// Gives every failure its status, headers and body, and limits the rate of refusals.
pub(crate) async fn render(
    config: &Config,
    leptos: &LeptosOptions,
    refusals: &Pace,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let kind = Kind::of(&request);
    let request_id = request_id(&request);
    let (is_api, is_api_v1) = (is_api(&request), is_api_v1(&request));
    let form =
        (is_api && kind == Kind::Form).then(|| (referrer::page(config, &request), request.uri().path().to_owned()));
    let mut response = next(request).await;
    // The body layer has read this field in the meantime.
    let back = response.extensions_mut().remove().map(|Back(path)| path);
    let is_bearer_refused = response.extensions_mut().remove::<BearerRefused>().is_some();
    let is_unclear = response.extensions_mut().remove::<CredentialsUnclear>().is_some();
    let detail = response.extensions_mut().remove();
    let error = match failure::taken_from(&mut response).await {
        Some(error) => error,
        None if is_api || is_bare(&response) => match plain(response.status()) {
            Some(error) => error,
            None => return response,
        },
        None => return response,
    };
    let error = error.with_request_id(Some(request_id.clone()));
    if error.retry_after().is_some() {
        refusals.keep().await;
    }
    // A request from another site or for another host has no page here to lead back to.
    let is_ours = !matches!(error, AppError::CrossOrigin | AppError::Misdirected);
    if let Some((page, path)) = form.filter(|_| is_ours) {
        return form_redirect::redirect(response, &referrer::with_error(&back.unwrap_or(page), &path, error));
    }
    let is_person = kind != Kind::Fetch && !(is_api && kind == Kind::Navigation);
    let (content_type, body) = if is_api_v1 {
        (PROBLEM_JSON, Body::from(problem::document(&error, detail)))
    } else if is_person {
        (
            "text/html; charset=utf-8",
            Body::from(error_page::html(leptos, &error, &request_id, response.extensions_mut().remove())),
        )
    } else {
        ("application/json", Body::from(error.ser()))
    };
    failure::empty(&mut response);
    *response.status_mut() = if is_api_v1 { problem::status(&error) } else { Failure::status(&error) };
    *response.body_mut() = body;
    let headers = response.headers_mut();
    // Removes the caching rule of a file that was not found.
    headers.remove(CACHE_CONTROL);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(seconds) = error.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    match error {
        // A 401 names a challenge, a 405 the methods (RFC 9110, sections 11.6.1 and 15.5.6). The challenge names a refused
        // token as the cause, and no cause if no token was presented (RFC 6750, sections 3 and 3.1).
        AppError::Unauthenticated if is_bearer_refused => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="api", error="invalid_token""#));
        }
        AppError::Unauthenticated | AppError::InvalidCredentials => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="api""#));
        }
        AppError::ReauthenticationRequired if is_api_v1 => {
            headers.insert(WWW_AUTHENTICATE, problem::recent_authentication(config));
        }
        AppError::BadRequest if is_unclear => {
            headers
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="api", error="invalid_request""#));
        }
        AppError::MethodNotAllowed => {
            let methods = if is_api { "POST" } else { "GET,HEAD" };
            headers.entry(ALLOW).or_insert(HeaderValue::from_static(methods));
        }
        _ => {}
    }
    response
}

/// Returns whether an answer outside the API is a failure without a body. The answer to `HEAD` has a content type for the
/// body that it leaves out.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    (matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) || status.is_server_error())
        && response.body().is_end_stream()
        && !response.headers().contains_key(CONTENT_TYPE)
}

/// Returns the error for a status code of the framework.
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
