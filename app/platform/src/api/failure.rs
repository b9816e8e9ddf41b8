//! A failure on its way from a layer or handler to the layer of the server that gives it a body.

use crate::error::AppError;
use auth::Error;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// An error as a response without a body. The server gives it one: a problem document under `/api/v1`.
#[derive(Clone, Debug)]
pub struct Failure(pub AppError);

/// What is wrong with this very request, for the developer of a client. It may repeat parts of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail(pub String);

/// A failure whose [`Detail`] replaces the error's sentence.
#[derive(Clone, Debug)]
pub struct Refusal {
    error: AppError,
    detail: Detail,
}

impl Failure {
    /// Returns the status code of an error.
    pub fn status(error: &AppError) -> StatusCode {
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl Refusal {
    /// Returns the refusal of a request for the reason `detail`.
    pub fn new(error: AppError, detail: impl Into<String>) -> Self {
        Self { error, detail: Detail(detail.into()) }
    }

    /// Returns the refusal of a request that could not be read.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(AppError::BadRequest, detail)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Self::status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = Failure(self.error).into_response();
        response.extensions_mut().insert(self.detail);
        response
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error.into())
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        Self::new(error, detail)
    }
}
