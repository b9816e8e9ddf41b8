//! The application: built by `main` and by the tests alike, then run.

use crate::{
    background,
    client_failures::ClientFailures,
    config::{Config, is_unencrypted},
    flow_store::FlowStore,
    http::{finish::Abandoned, idempotency::Answers, pace::Pace},
    mailer::Mailer,
    memory_limit,
    metrics::{Listener, Requests},
    outbox_worker::OutboxWorker,
    router,
    security::csp_reports::CspReports,
    site,
};
use anyhow::{Context, anyhow};
use auth::{Auth, Clock, DatabaseLock, Db};
use axum::Router;
use axum_server::Server;
use hyper_util::rt::TokioTimer;
use leptos::prelude::LeptosOptions;
use secrecy::ExposeSecret;
use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::sync::{Arc, Once, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// How long a client may take to send its request's head.
pub(crate) const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(10);
/// How long open requests, those whose clients have gone, and mails that are being sent are given to end when the server
/// is told to.
pub(crate) const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// What every request may ask of the application. One pointer, because every layer clones it for each request.
#[derive(Clone, Debug)]
pub(crate) struct AppState(Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) auth: Auth,
    pub(crate) config: Config,
    pub(crate) leptos: LeptosOptions,
    pub(crate) mailer: Arc<Mailer>,
    /// Where requests are measured.
    pub(crate) requests: Option<Requests>,
    /// Pages that went on without their WebAssembly.
    pub(crate) client_failures: ClientFailures,
    /// Requests that go on without their clients.
    pub(crate) abandoned: Abandoned,
    /// What browsers report of the content security policy.
    pub(crate) csp_reports: Arc<CspReports>,
    /// Whether the log has been told of a proxy that is not trusted.
    pub(crate) told_of_proxy: Once,
    /// Answers to forms, for those that are sent twice.
    pub(crate) answers: Answers,
    /// How fast requests are refused.
    pub(crate) refusals: Pace,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// A server that listens but does not answer yet.
pub struct Application {
    listener: TcpListener,
    router: Router,
    auth: Auth,
    flows: FlowStore,
    mailer: Arc<Mailer>,
    metrics: Option<Listener>,
    abandoned: Abandoned,
    handle: Handle,
    dev: bool,
    /// Held for as long as it lives, so that nobody restores a backup under it.
    _in_use: Option<DatabaseLock>,
}

/// Ends a running [`Application`]. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    requests: axum_server::Handle<SocketAddr>,
    mail: Arc<Notify>,
    /// When it was told to end.
    told: Arc<OnceLock<Instant>>,
}

impl Handle {
    /// Takes no more requests and begins to send no more mail; lets what is under way end, ten seconds at most.
    pub fn shut_down(&self) {
        self.told.get_or_init(Instant::now);
        self.requests.graceful_shutdown(Some(SHUTDOWN_GRACE));
        self.mail.notify_one();
    }
}

impl Application {
    /// Looks whether the site is there and the memory is enough, opens the database, brings its schema up to date, and
    /// listens on `config.bind_addr`, and on `config.metrics_addr`.
    ///
    /// # Errors
    /// Whatever keeps it from running, in a sentence.
    pub async fn build(config: Config) -> anyhow::Result<Self> {
        let listener =
            TcpListener::bind(config.bind_addr).with_context(|| format!("cannot listen on {}", config.bind_addr))?;
        Self::on(listener, config, Clock::System).await
    }

    /// The same on a listener that is open already, by another clock.
    ///
    /// # Errors
    /// As [`Application::build`].
    pub async fn on(listener: TcpListener, config: Config, clock: Clock) -> anyhow::Result<Self> {
        listener.set_nonblocking(true)?;
        let leptos = router::leptos_options(&config);
        site::check(&leptos).map_err(|problem| anyhow!(problem))?;
        memory_limit::check(config.auth.argon2).map_err(|problem| anyhow!(problem))?;
        if is_unencrypted(&config.database_url) {
            tracing::warn!("the way to the database on another host is not encrypted (sslmode=disable)");
        }
        let metrics = config.metrics_addr.map(Listener::bind).transpose()?;
        let recorder = metrics.as_ref().map(Listener::recorder);
        let in_use = DatabaseLock::shared(config.database_url.expose_secret())?;
        let db = Db::connect(config.database_url.expose_secret()).await.context("cannot open the database")?;
        db.migrate().await.context("cannot bring the database's schema up to date")?;
        let auth = || Auth::new(db, clock, config.auth.clone());
        let auth = match recorder {
            Some(recorder) => recorder.collect(auth),
            None => auth(),
        }?;
        let client_failures = match recorder {
            Some(recorder) => recorder.collect(ClientFailures::new),
            None => ClientFailures::new(),
        };
        let dev = config.dev;
        let flows = FlowStore::new(auth.clone());
        let mailer = Arc::new(Mailer::new(&config.mail, config.public_url.host())?);
        let requests = recorder.map(|recorder| Requests::new(Arc::clone(recorder), router::paths(&leptos)));
        let abandoned = Abandoned::default();
        let csp_reports = Arc::new(CspReports::new(recorder));
        let shared = Shared {
            auth: auth.clone(),
            leptos,
            config,
            mailer: Arc::clone(&mailer),
            requests,
            client_failures,
            abandoned: abandoned.clone(),
            csp_reports,
            told_of_proxy: Once::new(),
            answers: Answers::new(),
            refusals: Pace::default(),
        };
        let router = router::router(&AppState(Arc::new(shared)), &flows);
        let handle = Handle::default();
        Ok(Self { listener, router, auth, flows, mailer, metrics, abandoned, handle, dev, _in_use: in_use })
    }

    /// The address it listens on.
    ///
    /// # Errors
    /// Where the system does not know.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The address on which metrics are read, where they are.
    ///
    /// # Errors
    /// Where the system does not know.
    pub fn metrics_address(&self) -> std::io::Result<Option<SocketAddr>> {
        self.metrics.as_ref().map(Listener::address).transpose()
    }

    /// Ends it from elsewhere.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Answers requests and sends mail until [`Handle::shut_down`], then closes the database clean. A mail that comes of
    /// a request which ended after that waits in the outbox for the next start.
    ///
    /// # Errors
    /// Where the listener fails.
    pub async fn run(self) -> anyhow::Result<()> {
        let address = self.address()?;
        let background = background::start(self.auth.clone(), self.flows);
        let outbox = OutboxWorker::start(self.auth.clone(), Arc::clone(&self.mailer));
        let metrics = self.metrics.map(|listener| listener.start(self.auth.clone())).transpose()?;
        // HTTP/2 without TLS is spoken by no browser, and would have no header time-out.
        let mut server: Server<SocketAddr> =
            axum_server::from_tcp(self.listener)?.http1_only().handle(self.handle.requests.clone());
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADER_READ_TIMEOUT);
        if self.dev {
            tracing::warn!("development mode: plain http, a secret of its own; for this machine only");
        }
        if matches!(*self.mailer, Mailer::Mailbox(_)) {
            tracing::info!("mail is shown on http://{address}/dev/mailbox and sent to nobody");
        }
        tracing::info!("listening on http://{address}");
        let Handle { mail: stop, told, .. } = self.handle;
        let answering = async {
            let ended = server.serve(self.router.into_make_service_with_connect_info::<SocketAddr>()).await;
            // It may have ended by itself.
            stop.notify_one();
            let until = *told.get_or_init(Instant::now) + SHUTDOWN_GRACE;
            if timeout_at(until, self.abandoned.ended()).await.is_err() {
                tracing::warn!("requests whose clients had gone were not finished in time");
            }
            ended
        };
        let sending = async {
            stop.notified().await;
            outbox.finish().await;
        };
        let (ended, ()) = tokio::join!(answering, sending);
        background.abort();
        self.auth.settle().await;
        if let Some(metrics) = metrics {
            metrics.finish().await;
        }
        self.auth.db().close().await;
        tracing::info!("stopped");
        Ok(ended?)
    }

    /// The same until the process is told to end (SIGINT or SIGTERM).
    ///
    /// # Errors
    /// As [`Application::run`].
    pub async fn run_until_signalled(self) -> anyhow::Result<()> {
        let handle = self.handle();
        tokio::spawn(async move {
            signalled().await;
            tracing::info!("stopping: open requests may end");
            handle.shut_down();
        });
        self.run().await
    }
}

async fn signalled() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => (),
        () = terminated => (),
    }
}
