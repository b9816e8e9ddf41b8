//! JSON bodies.

use super::{Failure, Refusal, strict};
use crate::error::AppError;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A body as JSON (RFC 8259). A request's body is read strictly: with one content type, and without unknown, missing or
/// repeated fields, where its type has `deny_unknown_fields`.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        if !is_json(request.headers()) {
            return Err(Refusal::new(
                AppError::UnsupportedMediaType,
                "The body must be JSON, and the request must say so (Content-Type: application/json).",
            ));
        }
        // The server has read the body and limited its length.
        let body: Bytes = to_bytes(request.into_body(), usize::MAX).await.map_err(|_| AppError::BadRequest)?;
        strict::read(&body).map(Self).map_err(Refusal::bad_request)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(json) => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response(),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Failure(AppError::Internal { request_id: None }).into_response()
            }
        }
    }
}

/// Returns whether a request has one content type, `application/json` in UTF-8.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(Ok(content_type)), None) = (values.next().map(HeaderValue::to_str), values.next()) else { return false };
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
        && parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
            !name.trim_end().eq_ignore_ascii_case("charset")
                || value.trim_start().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_one_content_type_and_is_utf8() {
        let is_json_of = |types: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in types {
                headers.append(CONTENT_TYPE, HeaderValue::try_from(*value).expect("a value"));
            }
            is_json(&headers)
        };
        for good in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
            assert!(is_json_of(&[good]), "{good}");
        }
        for bad in
            ["text/json", "application/json; charset=utf-16", "application/jsonx", "application/problem+json", ""]
        {
            assert!(!is_json_of(&[bad]), "{bad}");
        }
        assert!(!is_json_of(&[]) && !is_json_of(&["application/json", "application/json"]));
    }
}
