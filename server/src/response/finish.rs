//! Finishes a non-idempotent request after its client disconnects.
//!
//! Axum drops a handler when its client disconnects. A thief could otherwise replay a refresh token, disconnect, and cancel
//! the write that ends the session. The rest of the request runs in its own task, and the shutdown waits for it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tower::Service;
use tracing::{Instrument, Span};

/// Counts the requests that go on without their clients. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Abandoned(Arc<watch::Sender<usize>>);

impl Abandoned {
    /// Waits until all of these requests have ended.
    pub(crate) async fn ended(&self) {
        // Fails only without a sender, and `self` is one.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }

    fn begin(&self) -> OnItsOwn {
        self.0.send_modify(|count| *count += 1);
        OnItsOwn(self.clone())
    }
}

/// One abandoned request. Dropping this value marks its end, after a panic as well.
struct OnItsOwn(Abandoned);

impl Drop for OnItsOwn {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}

/// Runs an unsafe request to its end, even if its client disconnects.
pub(crate) async fn unsafe_requests(State(abandoned): State<Abandoned>, request: Request, mut next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let Ok(response) = ToItsEnd { rest: Some(next.call(request)), span: Span::current(), abandoned }.await;
    response
}

/// The future of an answer. If it is dropped before its end, a new task finishes it. A task for every request would cost
/// two switches between tasks each.
struct ToItsEnd {
    rest: Option<<Next as Service<Request>>::Future>,
    span: Span,
    abandoned: Abandoned,
}

impl Future for ToItsEnd {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Puts the future back only if it is pending: one that ended or panicked must not be polled again.
        let Some(mut rest) = self.rest.take() else { return Poll::Pending };
        let polled = rest.as_mut().poll(context);
        if polled.is_pending() {
            self.rest = Some(rest);
        }
        polled
    }
}

impl Drop for ToItsEnd {
    fn drop(&mut self) {
        // Without a runtime the process is ending.
        if let (Some(rest), Ok(runtime)) = (self.rest.take(), Handle::try_current()) {
            let on_its_own = self.abandoned.begin();
            let rest = async move {
                let _on_its_own = on_its_own;
                rest.await
            };
            runtime.spawn(rest.instrument(self.span.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::{Router, middleware::from_fn_with_state, routing::any};
    use http::StatusCode;
    use std::sync::{Arc, OnceLock};
    use tokio::sync::Notify;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    fn request(method: Method) -> Request {
        Request::builder().method(method).body(Body::empty()).expect("a request")
    }

    /// Returns the log span in which a request finishes after its client disconnects; `None` if it does not finish.
    async fn finished_in(method: Method, span: Span) -> Option<Span> {
        let (begun, go, finished) =
            (Arc::<Notify>::default(), Arc::<Notify>::default(), Arc::<OnceLock<Span>>::default());
        let handler = {
            let (begun, go, finished) = (Arc::clone(&begun), Arc::clone(&go), Arc::clone(&finished));
            async move || {
                begun.notify_one();
                go.notified().await;
                finished.set(Span::current()).expect("once");
            }
        };
        let service =
            Router::new().route("/", any(handler)).layer(from_fn_with_state(Abandoned::default(), unsafe_requests));
        let asking = tokio::spawn(service.oneshot(request(method)).instrument(span));
        begun.notified().await;
        asking.abort();
        assert!(asking.await.is_err_and(|ended| ended.is_cancelled()));
        go.notify_one();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        finished.get().cloned()
    }

    #[tokio::test]
    async fn a_disconnecting_client_cancels_a_read() {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(finished_in(method.clone(), Span::none()).await.is_some(), "{method}");
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(finished_in(method.clone(), Span::none()).await.is_none(), "{method}");
        }
    }

    #[tokio::test]
    async fn an_abandoned_request_is_logged_as_the_same_request() {
        let _log = tracing::subscriber::set_default(tracing_subscriber::registry());
        let span = tracing::info_span!("request");
        assert!(span.id().is_some());
        assert_eq!(finished_in(Method::POST, span.clone()).await.and_then(|span| span.id()), span.id());
    }

    #[tokio::test]
    async fn a_panic_reaches_the_layer_that_answers_it() {
        let handler = async || -> StatusCode { panic!("on purpose") };
        let service = Router::new()
            .route("/", any(handler))
            .layer(from_fn_with_state(Abandoned::default(), unsafe_requests))
            .layer(CatchPanicLayer::new());
        for method in [Method::POST, Method::GET] {
            let answer = service.clone().oneshot(request(method)).await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        }
    }
}
