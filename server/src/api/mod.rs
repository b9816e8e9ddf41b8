//! The API for clients that are not the site's own pages, under `/api/v1`: JSON, access tokens in `Authorization`, refresh
//! tokens in bodies, problem documents, no cookie.
//!
//! `document.rs` gathers the routes of the platform and of the features, and their description. `access.rs` decides who may
//! use a route by that description: a route that does not say that it is open is closed.

mod access;
mod account;
mod cors;
mod description;
mod document;
mod problem;
mod reader;
mod session;
mod sessions;
mod tokens;
mod user;

use crate::{
    response::{failure::Failure, finish},
    state::AppState,
};
use access::Open;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::any;
use platform::error::AppError;
use tower::ServiceBuilder;

/// The path that every route of the API begins with.
const PREFIX: &str = "/api/v1";

/// Returns the routes, within layers of their own.
pub(crate) fn routes(state: &AppState) -> Router {
    let (routes, document) = document::routes().split_for_parts();
    let open = Open::of(&document);
    let layers = ServiceBuilder::new()
        // Finishes an unsafe request after its client disconnects.
        .layer(from_fn_with_state(state.abandoned.clone(), finish::unsafe_requests))
        // Lets the pages of configured origins read answers.
        .option_layer(cors::layer(&state.config))
        // Removes cookies, in both directions.
        // Refuses unclear credentials, and a request for a closed route without an access token.
        // Reads the body, or refuses it.
        // Authenticates the request by its access token.
        // Repeats the answer to a request that is sent twice.
        .layer(from_fn_with_state((state.clone(), open), access::around));
    let none = any(async || Failure(AppError::NotFound));
    let routes = unknown_paths()
        .iter()
        .fold(routes.merge(description::routes(state, &document)), |routes, path| routes.route(path, none.clone()));
    routes.layer(layers)
}

/// Returns the paths of everything that is not there, as Axum writes them.
fn unknown_paths() -> [String; 3] {
    [PREFIX.to_owned(), format!("{PREFIX}/"), format!("{PREFIX}/{{*rest}}")]
}

/// Returns the path of every route, as Axum writes it.
pub(crate) fn paths() -> Vec<String> {
    document::routes()
        .into_openapi()
        .paths
        .paths
        .into_keys()
        .chain(description::paths())
        .chain(unknown_paths())
        .collect()
}

/// Returns the description of the API as JSON (OpenAPI 3.1).
pub fn document() -> String {
    document::routes().into_openapi().to_json().unwrap_or_default()
}

/// Answers a request that the layers refuse.
fn refused(error: AppError) -> axum::response::Response {
    Failure(error).into_response()
}

#[cfg(test)]
mod tests {
    use super::document;
    use std::collections::BTreeSet;

    /// Every route is registered together with its description. This finds one that was added beside it.
    #[test]
    fn every_route_is_described() {
        app::install();
        let (routes, document) = document::routes().split_for_parts();
        let debug = format!("{routes:?}");
        let quoted = debug.split('"').skip(1).step_by(2).filter(|text| text.starts_with("/api/v1"));
        let registered: BTreeSet<&str> = quoted.filter(|path| !path.contains("__private__axum")).collect();
        let described: BTreeSet<&str> = document.paths.paths.keys().map(String::as_str).collect();
        assert!(described.len() > 5, "{described:?}");
        assert_eq!(registered, described);
    }
}
