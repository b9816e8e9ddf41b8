//! Cross-origin resource sharing (WHATWG Fetch, section 3.2): closed, unless origins are configured.

use crate::config::Config;
use http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderName, HeaderValue, Method};
use std::time::Duration;
use tower_http::cors::CorsLayer;

/// The header with the idempotency key of a request.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How long a browser may remember the answer to a preflight.
const REMEMBERED_FOR: Duration = Duration::from_mins(10);

/// Returns the layer for the configured origins; none if there are none. It allows no credentials, because the API has no
/// cookies.
pub(super) fn layer(config: &Config) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        config.api_allowed_origins.iter().filter_map(|origin| HeaderValue::try_from(origin).ok()).collect();
    if origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH, IDEMPOTENCY_KEY])
        .expose_headers([ETAG, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE, HeaderName::from_static("x-request-id")])
        .max_age(REMEMBERED_FOR);
    Some(layer)
}
