//! Serves the description: `/api/v1/openapi.json` for programs, `/api/v1/docs` for readers. Both are public.

use super::{PREFIX, reader};
use crate::state::AppState;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::Value;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

/// Returns the paths of the routes, as Axum writes them.
pub(super) fn paths() -> [String; 2] {
    [format!("{PREFIX}/openapi.json"), format!("{PREFIX}/docs")]
}

/// Returns the routes. Each answer is made once.
pub(super) fn routes(state: &AppState, document: &OpenApi) -> Router {
    let json = document.to_json().unwrap_or_default();
    let value: Value = serde_json::from_str(&json).unwrap_or_default();
    let (json, page): (Arc<str>, Arc<str>) = (json.into(), reader::page(&state.leptos, &value).into());
    let [json_path, page_path] = paths();
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")];
    Router::new()
        .route(&json_path, get(async move || (headers, json.to_string())))
        .route(&page_path, get(async move || Html(page.to_string())))
}
