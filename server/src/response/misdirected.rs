//! The answer to a request for another host.

use crate::response::failure::Failure;
use axum::response::{IntoResponse, Response};
use platform::error::AppError;

/// The two hosts that a 421 names, so that the operator of a proxy sees which host the proxy passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OtherHost {
    /// The requested host, as printable ASCII. The client chose it: HTML has to escape it.
    pub(crate) came: String,
    /// The host of `PUBLIC_URL`.
    pub(crate) expected: String,
}

impl IntoResponse for OtherHost {
    fn into_response(self) -> Response {
        let mut response = Failure(AppError::Misdirected).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
