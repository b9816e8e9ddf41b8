//! The error of the API as a problem document (RFC 9457), with the challenges of RFC 6750 and RFC 9470.

use crate::config::Config;
use auth::SECOND;
use http::{HeaderValue, StatusCode};
use platform::api::{Detail, Failure};
use platform::error::AppError;
use serde_json::{Map, Value};

/// The media type of a problem document.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Returns the status code of an error under `/api/v1`. A proof of identity that is too old is a 401 with a challenge (RFC
/// 9470, section 3).
pub(super) fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::ReauthenticationRequired => StatusCode::UNAUTHORIZED,
        error => Failure::status(error),
    }
}

/// Returns the document. Its type is `about:blank`, which is omitted, so its title is the phrase of the status. `error` is
/// the constant for programs, and the error's values (`fields`, `retry_after`, `request_id`) stand beside it.
pub(super) fn document(error: &AppError, detail: Option<Detail>) -> Vec<u8> {
    let status = status(error);
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    put("title", status.canonical_reason().unwrap_or("Error").into());
    put("status", status.as_u16().into());
    let sentence = detail.map_or_else(|| sentence(error), |Detail(detail)| detail);
    put("detail", sentence.into());
    if let Ok(Value::Object(values)) = serde_json::to_value(error) {
        document.extend(values.into_iter().filter(|(name, _)| name != "message"));
    }
    serde_json::to_vec(&document).unwrap_or_default()
}

/// Returns the sentence of an error, in words that fit a client of the API.
fn sentence(error: &AppError) -> String {
    match error {
        AppError::MethodNotAllowed => "This address does not take this method.".to_owned(),
        AppError::UnsupportedMediaType => "The body must be JSON (application/json).".to_owned(),
        AppError::Conflict => "The record is no longer the version that the request names.".to_owned(),
        AppError::ReauthenticationRequired => "Sign in again: this needs a recent proof of identity.".to_owned(),
        error => error.to_string(),
    }
}

/// Returns the challenge for a proof of identity that is too old.
pub(super) fn recent_authentication(config: &Config) -> HeaderValue {
    let max_age = config.auth.recent / SECOND;
    let challenge = format!(
        r#"Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="{max_age}""#
    );
    HeaderValue::try_from(challenge).unwrap_or(HeaderValue::from_static("Bearer"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::error::{Field, FieldError};
    use serde_json::json;

    fn read(error: &AppError, detail: Option<&str>) -> Value {
        serde_json::from_slice(&document(error, detail.map(|text| Detail(text.to_owned())))).expect("JSON")
    }

    #[test]
    fn a_problem_has_a_constant_for_programs_beside_the_words_for_people() {
        let limited = read(&AppError::RateLimited { retry_after: 5 }, None);
        let expected = json!({
            "title": "Too Many Requests", "status": 429, "detail": "Too many tries. Try again in 5 seconds.",
            "error": "rate_limited", "retry_after": 5,
        });
        assert_eq!(limited, expected);
        let invalid = read(&AppError::Invalid([(Field::Email, FieldError::Taken)].into()), None);
        assert_eq!(invalid["fields"]["email"]["error"], "taken");
        assert_eq!(read(&AppError::BadRequest, Some("why"))["detail"], "why");
        assert_eq!(read(&AppError::ReauthenticationRequired, None)["status"], 401);
    }
}
