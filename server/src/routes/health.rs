//! Health checks of a load balancer or orchestrator. They are answered for any `Host`, because such a client uses an address.

use crate::startup::site;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;

/// `/healthz`: the process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// `/readyz`: the database answers and has every migration of this program, and the files that every page names exist.
pub(crate) async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.auth.db().is_ready().await {
        Ok(true) => {}
        Ok(false) => return (StatusCode::SERVICE_UNAVAILABLE, "migrations are missing"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer");
        }
    }
    let missing = site::missing_now(&state.leptos).await;
    if missing.is_empty() {
        return (StatusCode::OK, "ready");
    }
    tracing::warn!(site_root = %state.leptos.site_root, missing = missing.join(", "), "not ready");
    (StatusCode::SERVICE_UNAVAILABLE, "files of the site are missing")
}
