//! Registers the pages and server functions of the app.

use crate::response::failure::Failure;
use crate::state::AppState;
use app::error::AppError;
use app::{App, shell};
use axum::Router;
use axum::routing::{any, get};
use http::request::Parts;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, with_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, file_and_error_handler_with_context, generate_route_list};
use std::sync::LazyLock;

/// Returns the pages and server functions. Any other path is a file of `public/` or the 404 page; under `/api/` it is a
/// failure.
pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let options = state.leptos.clone();
    let shell_of = move || shell(options.clone());
    Router::new()
        .leptos_routes_with_context(state, listing(), provide_nonce, shell_of)
        .fallback(get(file_and_error_handler_with_context::<AppState, _>(provide_nonce, shell)))
        .route("/api/", any(no_endpoint))
        .route("/api/{*rest}", any(no_endpoint))
}

async fn no_endpoint() -> Failure {
    Failure(AppError::NotFound)
}

/// Returns the app's routes, which are listed once a process. While Leptos lists them, pages of every server in the process
/// load no resources (`leptos_server` keeps a static flag) and would wait for them forever.
pub(crate) fn listing() -> Vec<AxumRouteListing> {
    static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));
    ROUTES.clone()
}

/// Gives a page the nonce of its policy. Runs after Leptos has provided another nonce, which the policy does not contain.
fn provide_nonce() {
    let nonce = with_context(|parts: &Parts| parts.extensions.get::<Nonce>().cloned()).flatten();
    if let Some(nonce) = nonce {
        provide_context(nonce);
    }
}
