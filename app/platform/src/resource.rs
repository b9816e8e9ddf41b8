//! Leptos's resources, read by the code that reads the answers of server functions.
//!
//! Leptos's own way (`serde_json::from_str`) is compiled beside it, for each type anew.

use crate::error::AppError;
use crate::from_server;
use crate::preparation::Awaited;
use futures::FutureExt;
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// JSON, read from bytes.
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(json: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(json.as_bytes())
    }
}

/// The answer of a server function that a page asks, or of two.
pub trait Fetched {
    /// Adds the request's id to the error of a server function that failed while the server rendered the page.
    #[must_use]
    fn with_request_id(self) -> Self;
}

impl<T> Fetched for Result<T, AppError> {
    fn with_request_id(self) -> Self {
        self.map_err(from_server::with_request_id)
    }
}

impl<A: Fetched, B: Fetched> Fetched for (A, B) {
    fn with_request_id(self) -> Self {
        (self.0.with_request_id(), self.1.with_request_id())
    }
}

/// Fetches data for `source`, anew whenever that changes. A page is not shown before it has been fetched.
pub fn resource<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Resource<T, Json>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Fetched + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let awaited = Awaited::of_page();
    let fetch = move |source| awaited.add(fetch(source).map(T::with_request_id));
    Resource::new_with_options(source, fetch, false)
}

/// Awaits `fetched`, once. A page is not shown before that.
pub fn once<T>(fetched: impl Future<Output = T> + Send + 'static) -> OnceResource<T, Json>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    OnceResource::new_with_options(Awaited::of_page().add(fetched), false)
}
