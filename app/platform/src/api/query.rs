//! Query parameters.

use super::Refusal;
use axum::extract::{FromRequestParts, Query as Read};
use http::request::Parts;
use serde::de::DeserializeOwned;

/// The query of a request. An unknown parameter is refused where the type has `deny_unknown_fields`.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        match Read::try_from_uri(&parts.uri) {
            Ok(Read(query)) => Ok(Self(query)),
            Err(_) => {
                Err(Refusal::bad_request("A query parameter is unknown, repeated, missing or of the wrong type."))
            }
        }
    }
}
