//! What has begun is finished.
//!
//! A handler is dropped when its client hangs up. Were a write dropped with it, a thief could replay a token, hang
//! up, and never be noticed; so an unsafe request runs in a task of its own, to its end.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use std::panic::resume_unwind;
use tracing::Instrument;

/// Runs an unsafe request in a task of its own.
pub(crate) async fn unsafe_requests(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(ended) => match ended.try_into_panic() {
            // For the layer that answers panics.
            Ok(panic) => resume_unwind(panic),
            // The runtime is being shut down: nobody waits for an answer any more.
            Err(_) => std::future::pending().await,
        },
    }
}
