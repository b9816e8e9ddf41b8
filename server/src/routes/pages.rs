//! Registers the pages and server functions of the app.

use crate::response::failure::Failure;
use crate::state::AppState;
use app::{SITE, shell};
use axum::Router;
use axum::routing::{any, get};
use http::request::Parts;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, with_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, file_and_error_handler_with_context};
use leptos_router::{Method, SsrMode};
use platform::error::AppError;

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

/// Returns the routes of the pages. Each is rendered whole: out-of-order streaming shows nothing where JavaScript is off.
pub(crate) fn listing() -> Vec<AxumRouteListing> {
    SITE.pages().map(|page| AxumRouteListing::new(page.path.to_owned(), SsrMode::Async, [Method::Get], [])).collect()
}

/// Gives a page the nonce of its policy. Runs after Leptos has provided another nonce, which the policy does not contain.
fn provide_nonce() {
    let nonce = with_context(|parts: &Parts| parts.extensions.get::<Nonce>().cloned()).flatten();
    if let Some(nonce) = nonce {
        provide_context(nonce);
    }
}
