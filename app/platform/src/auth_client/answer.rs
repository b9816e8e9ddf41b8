//! The answers of the server functions of forms.

use crate::error::AppError;
use crate::in_part;
use crate::wire::{CurrentUser, SignedIn};
use futures::future::{LocalBoxFuture, ready};
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::{Bytes, Decodes};
use serde::de::DeserializeOwned;

/// The answer of a server function to a form.
///
/// It is read with the code of the form's page, unless it says otherwise: what a page without anything else to read
/// needs for that is 9 KiB of compressed WebAssembly.
pub trait Answer: DeserializeOwned + 'static {
    /// Reads the body of an answer.
    ///
    /// # Errors
    ///
    /// [`AppError::Unreadable`] if it is not one of ours.
    fn read(json: Bytes) -> LocalBoxFuture<'static, Result<Self, AppError>> {
        Box::pin(ready(decoded(json)))
    }
}

fn decoded<T: DeserializeOwned>(json: Bytes) -> Result<T, AppError> {
    JsonEncoding::decode(json).map_err(|_| AppError::Unreadable)
}

in_part!(
    session,
    fn read_session(json: Bytes) -> Result<Option<SignedIn>, AppError> {
        decoded(json)
    }
);

impl Answer for CurrentUser {}

/// The id of a deleted record.
impl Answer for String {}

/// How many there were.
impl Answer for u64 {}

/// That it is done.
impl Answer for () {
    fn read(json: Bytes) -> LocalBoxFuture<'static, Result<Self, AppError>> {
        Box::pin(ready(if *json == *b"null" { Ok(()) } else { Err(AppError::Unreadable) }))
    }
}

impl Answer for Option<SignedIn> {
    fn read(json: Bytes) -> LocalBoxFuture<'static, Result<Self, AppError>> {
        Box::pin(async { read_session(json).await.map_err(|_| AppError::Unreadable)? })
    }
}

impl Answer for SignedIn {
    fn read(json: Bytes) -> LocalBoxFuture<'static, Result<Self, AppError>> {
        Box::pin(async { Option::read(json).await?.ok_or(AppError::Unreadable) })
    }
}
