//! Where metrics are read: `GET /metrics` and nothing else, on an address of its own.

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

/// How long an answer may take. The database is asked for it, which has two seconds of patience itself.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long open requests are given to end.
const GRACE: Duration = Duration::from_secs(2);
/// The text format that is read by whatever reads Prometheus's metrics.
const TEXT_FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// A listener that does not answer yet.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    recorder: Arc<Recorder>,
}

/// One that answers. Dropped it ends at once; see [`Listening::finish`].
#[derive(Debug)]
pub(crate) struct Listening {
    handle: Handle<SocketAddr>,
    task: JoinHandle<()>,
}

/// What every answer is made of.
struct Shown {
    auth: Auth,
    recorder: Arc<Recorder>,
    /// One answer at a time: nobody makes the server busy by asking how busy it is.
    one: Mutex<()>,
}

impl Listener {
    /// Listens on `address`.
    ///
    /// # Errors
    /// Where that cannot be.
    pub(crate) fn bind(address: SocketAddr) -> anyhow::Result<Self> {
        let listener =
            TcpListener::bind(address).with_context(|| format!("METRICS_ADDR: cannot listen on {address}"))?;
        Ok(Self { listener, recorder: Arc::default() })
    }

    /// Collects what is shown here.
    pub(crate) fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// The address that it listens on.
    ///
    /// # Errors
    /// Where the system does not know.
    pub(crate) fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers from now on.
    ///
    /// # Errors
    /// Where the listener fails.
    pub(crate) fn start(self, auth: Auth) -> anyhow::Result<Listening> {
        let address = self.address()?;
        let router = router(Shown { auth, recorder: self.recorder, one: Mutex::default() });
        let handle = Handle::new();
        let mut server: Server<SocketAddr> = axum_server::from_tcp(self.listener)?.http1_only().handle(handle.clone());
        // Who reads metrics comes back after some seconds. Until then there is no connection to keep, or to be kept.
        let mut http1 = server.http_builder().http1();
        http1.timer(TokioTimer::new()).header_read_timeout(HEADER_READ_TIMEOUT).keep_alive(false);
        let task = tokio::spawn(async move {
            if let Err(error) = server.serve(router.into_make_service()).await {
                tracing::error!(%error, "metrics cannot be read any more");
            }
        });
        if address.ip().is_loopback() {
            tracing::info!("metrics are on http://{address}/metrics");
        } else {
            tracing::warn!("metrics are on http://{address}/metrics, for whoever reaches it");
        }
        Ok(Listening { handle, task })
    }
}

impl Listening {
    /// Takes no more requests, and lets the open ones end, two seconds at most.
    pub(crate) async fn finish(mut self) {
        self.handle.graceful_shutdown(Some(GRACE));
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "the task that shows metrics died");
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
    shown.auth.measure().await;
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
