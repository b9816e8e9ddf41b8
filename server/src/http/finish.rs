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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::{Router, middleware::from_fn, routing::any};
    use http::StatusCode;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::sync::Notify;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    fn request(method: Method) -> Request {
        Request::builder().method(method).body(Body::empty()).expect("a request")
    }

    /// Whether a request is finished although its client hangs up in its middle.
    async fn is_finished(method: Method) -> bool {
        let (begun, go, finished) = (Arc::<Notify>::default(), Arc::<Notify>::default(), Arc::<AtomicBool>::default());
        let handler = {
            let (begun, go, finished) = (Arc::clone(&begun), Arc::clone(&go), Arc::clone(&finished));
            async move || {
                begun.notify_one();
                go.notified().await;
                finished.store(true, Ordering::SeqCst);
            }
        };
        let service = Router::new().route("/", any(handler)).layer(from_fn(unsafe_requests));
        let asking = tokio::spawn(service.oneshot(request(method)));
        begun.notified().await;
        asking.abort();
        assert!(asking.await.is_err_and(|ended| ended.is_cancelled()));
        go.notify_one();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        finished.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_ends_what_only_reads() {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(is_finished(method.clone()).await, "{method}");
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(!is_finished(method.clone()).await, "{method}");
        }
    }

    #[tokio::test]
    async fn a_panic_comes_to_the_layer_that_answers_it() {
        let handler = async || -> StatusCode { panic!("on purpose") };
        let service =
            Router::new().route("/", any(handler)).layer(from_fn(unsafe_requests)).layer(CatchPanicLayer::new());
        for method in [Method::POST, Method::GET] {
            let answer = service.clone().oneshot(request(method)).await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        }
    }
}
