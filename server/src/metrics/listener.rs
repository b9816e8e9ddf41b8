//! Serves `GET /metrics` on an address of its own.

use super::Recorder;
use crate::limits::HEADER_READ_TIMEOUT;
use anyhow::Context;
use auth::Auth;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_server::{Handle, Server};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};
use hyper_util::rt::TokioTimer;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tower_http::timeout::TimeoutLayer;

/// Time limit of an answer. It exceeds the two seconds that a query of the database may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Time that open requests get at shutdown.
const GRACE: Duration = Duration::from_secs(2);
/// Prometheus's text format.
const TEXT_FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// A bound listener that does not answer yet.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    recorder: Arc<Recorder>,
}

/// A running listener. Dropping it aborts it; [`Listening::finish`] ends it in order.
#[derive(Debug)]
pub(crate) struct Listening {
    handle: Handle<SocketAddr>,
    task: JoinHandle<()>,
}

/// The state of the handler.
struct Shown {
    auth: Auth,
    recorder: Arc<Recorder>,
    /// Serialises answers, so that many scrapes cannot load the database.
    one: Mutex<()>,
}

impl Listener {
    /// Binds `address`.
    ///
    /// # Errors
    /// Fails if the address cannot be bound.
    pub(crate) fn bind(address: SocketAddr) -> anyhow::Result<Self> {
        let listener =
            TcpListener::bind(address).with_context(|| format!("METRICS_ADDR: cannot listen on {address}"))?;
        Ok(Self { listener, recorder: Arc::default() })
    }

    /// Returns the recorder whose metrics are served.
    pub(crate) fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// Returns the bound address.
    ///
    /// # Errors
    /// Fails if the system does not know it.
    pub(crate) fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Starts to answer.
    ///
    /// # Errors
    /// Fails if the listener does.
    pub(crate) fn start(self, auth: Auth) -> anyhow::Result<Listening> {
        let address = self.address()?;
        let router = router(Shown { auth, recorder: self.recorder, one: Mutex::default() });
        let handle = Handle::new();
        let mut server: Server<SocketAddr> = axum_server::from_tcp(self.listener)?.http1_only().handle(handle.clone());
        // A collector returns after some seconds, so connections are not kept open.
        let mut http1 = server.http_builder().http1();
        http1.timer(TokioTimer::new()).header_read_timeout(HEADER_READ_TIMEOUT).keep_alive(false);
        let task = tokio::spawn(async move {
            if let Err(error) = server.serve(router.into_make_service()).await {
                tracing::error!(%error, "the metrics listener failed");
            }
        });
        if address.ip().is_loopback() {
            tracing::info!("metrics are on http://{address}/metrics");
        } else {
            tracing::warn!("metrics are on http://{address}/metrics and readable by every client that reaches it");
        }
        Ok(Listening { handle, task })
    }
}

impl Listening {
    /// Stops accepting requests and waits at most two seconds for open ones.
    pub(crate) async fn finish(mut self) {
        self.handle.graceful_shutdown(Some(GRACE));
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "the metrics task died");
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(shown: Shown) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .with_state(Arc::new(shown))
}

async fn show(State(shown): State<Arc<Shown>>) -> Response {
    let _one = shown.one.lock().await;
    shown.auth.upkeep().measure().await;
    match shown.recorder.text() {
        Ok(text) => {
            let nosniff = HeaderValue::from_static("nosniff");
            let no_store = HeaderValue::from_static("no-store");
            let headers = [(CONTENT_TYPE, TEXT_FORMAT), (X_CONTENT_TYPE_OPTIONS, nosniff), (CACHE_CONTROL, no_store)];
            (headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
