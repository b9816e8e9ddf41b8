//! The application, which `main` and the tests build and run in the same way.

use crate::{
    config::{Config, is_unencrypted},
    flow_store::FlowStore,
    limits::{HEADER_READ_TIMEOUT, SHUTDOWN_GRACE},
    mailer::Mailer,
    metrics::{ClientFailures, CspReports, Listener, Requests},
    response::{finish::Abandoned, idempotency::Answers, pace::Pace},
    router,
    startup::{memory_limit, site},
    state::{AppState, Shared},
    tasks::{OutboxWorker, signing_keys, sweep},
};
use anyhow::{Context, anyhow};
use auth::{Actor, Auth, Clock, DatabaseLock, Db};
use axum::Router;
use axum_server::Server;
use hyper_util::rt::TokioTimer;
use secrecy::ExposeSecret;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Once, OnceLock};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

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
    /// Prevents the restore of a backup while the application runs.
    _in_use: Option<DatabaseLock>,
}

/// Ends a running [`Application`]. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    requests: axum_server::Handle<SocketAddr>,
    mail: Arc<Notify>,
    /// The time at which the shutdown started.
    told: Arc<OnceLock<Instant>>,
}

impl Handle {
    /// Stops taking requests and sending mails. Open requests and mails in transit get up to ten seconds to end.
    pub fn shut_down(&self) {
        self.told.get_or_init(Instant::now);
        self.requests.graceful_shutdown(Some(SHUTDOWN_GRACE));
        self.mail.notify_one();
    }
}

impl Application {
    /// Checks the site and the memory limit, opens the database, migrates it, prepares the signing keys, and listens on
    /// `config.bind_addr` and `config.metrics_addr`.
    ///
    /// # Errors
    /// Names the first failed step.
    pub async fn build(config: Config) -> anyhow::Result<Self> {
        let listener =
            TcpListener::bind(config.bind_addr).with_context(|| format!("cannot listen on {}", config.bind_addr))?;
        Self::on(listener, config, Clock::System).await
    }

    /// Builds the application on an open listener and with another clock.
    ///
    /// # Errors
    /// As [`Application::build`].
    pub async fn on(listener: TcpListener, config: Config, clock: Clock) -> anyhow::Result<Self> {
        app::install();
        listener.set_nonblocking(true)?;
        let leptos = site::leptos_options(&config);
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
        auth.administration(Actor::server()).start_signing_keys().await.context("the signing keys cannot be used")?;
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
            proxy_warning: Once::new(),
            answers: Answers::new(),
            refusals: Pace::default(),
        };
        let router = router::router(&AppState::new(shared), &flows);
        let handle = Handle::default();
        Ok(Self { listener, router, auth, flows, mailer, metrics, abandoned, handle, dev, _in_use: in_use })
    }

    /// Returns the address that it listens on.
    ///
    /// # Errors
    /// Fails if the system cannot tell the address.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Returns the address of the metrics, if they are on.
    ///
    /// # Errors
    /// Fails if the system cannot tell the address.
    pub fn metrics_address(&self) -> std::io::Result<Option<SocketAddr>> {
        self.metrics.as_ref().map(Listener::address).transpose()
    }

    /// Returns a handle that stops the application from another task.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Answers requests and sends mails until [`Handle::shut_down`], then closes the database. A mail of a request that ends
    /// after that waits in the outbox for the next start.
    ///
    /// # Errors
    /// Fails if the listener fails.
    pub async fn run(self) -> anyhow::Result<()> {
        let address = self.address()?;
        let sweep = sweep::start(self.auth.clone(), self.flows);
        let signing_keys = signing_keys::start(self.auth.clone());
        let outbox = OutboxWorker::start(self.auth.clone(), Arc::clone(&self.mailer));
        let metrics = self.metrics.map(|listener| listener.start(self.auth.clone())).transpose()?;
        // No browser speaks HTTP/2 without TLS, and it would have no header time-out.
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
            // The server may have ended without a shutdown.
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
        sweep.abort();
        signing_keys.abort();
        self.auth.upkeep().settle().await;
        if let Some(metrics) = metrics {
            metrics.finish().await;
        }
        self.auth.db().close().await;
        tracing::info!("stopped");
        Ok(ended?)
    }

    /// Runs until the process receives SIGINT or SIGTERM.
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
