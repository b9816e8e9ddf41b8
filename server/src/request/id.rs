//! The id of a request, which stands on every log line about it.

use axum::extract::Request;
use tower_http::request_id::RequestId;

/// Returns the id that the outermost layer gave the request.
pub(crate) fn request_id(request: &Request) -> String {
    let id = request.extensions().get::<RequestId>();
    id.and_then(|id| id.header_value().to_str().ok()).unwrap_or_default().to_owned()
}
