//! The public parts of the signing keys (RFC 7517), for services that verify access tokens without asking.

use crate::state::AppState;
use auth::{JWKS_LIFETIME, SECOND};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};

/// Where other services find the keys.
pub(crate) const JWKS: &str = "/.well-known/jwks.json";

/// The media type of a JSON Web Key Set (RFC 7517, section 8.5.2).
const JWK_SET: &str = "application/jwk-set+json";

/// Returns the route.
pub(crate) fn routes(state: &AppState) -> Router {
    Router::new().route(JWKS, get(jwks)).with_state(state.clone())
}

async fn jwks(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let jwks = state.auth.jwks();
    let cache = [(CACHE_CONTROL, format!("public, max-age={}", JWKS_LIFETIME / SECOND)), (ETAG, jwks.etag.clone())];
    if is_cached(&headers, &jwks.etag) {
        return (StatusCode::NOT_MODIFIED, cache).into_response();
    }
    (cache, [(CONTENT_TYPE, JWK_SET)], jwks.json.clone()).into_response()
}

/// Whether the client has the version that `etag` names (RFC 9110, section 13.1.2; the comparison is the weak one).
fn is_cached(headers: &HeaderMap, etag: &str) -> bool {
    let mut tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.any(|tags| tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag))
}
