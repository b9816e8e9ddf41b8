//! A server of its own for one test, and what people do with it.

use crate::answer::Answer;
use crate::ask::Ask;
use crate::site::site;
pub(crate) use auth::testing::{
    ADA, BOB, CURL, FIREFOX, GRACE, NEW_ADDRESS, NEW_PASSWORD, PASSWORD, SAFARI, SECRET, WRONG_PASSWORD,
};

use auth::testing::{self, NEW_YEAR, TestDb};
use auth::{AppSecret, Auth, Clock};
use clap::Parser;
use http::Method;
use leptos::server_fn::axum::server_fn_paths;
use platform::auth_client::open_endpoints;
use server::config::{Args, Config};
use server::{Application, Handle};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// The origin of the server outside development mode.
pub(crate) const HTTPS: &str = "https://latchkey.example";

/// Returns the path of every server function, those of this test binary included, in alphabetical order.
pub(crate) fn endpoints() -> Vec<&'static str> {
    let mut paths: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
    paths.sort_unstable();
    paths
}

/// Counts how often people have set their display names.
pub(crate) const NAMES_SET: &str = "SELECT COUNT(*) FROM events WHERE kind = 'profile_changed'";

/// Returns the path of every server function that needs a session.
pub(crate) fn closed_endpoints() -> Vec<&'static str> {
    app::install();
    let open: Vec<_> = open_endpoints().collect();
    endpoints().into_iter().filter(|path| !open.contains(path)).collect()
}

/// A running server with its own database and clock. It ends when this is dropped.
pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    /// The address of the metrics, if they are on.
    pub(crate) metrics: Option<SocketAddr>,
    /// As in `PUBLIC_URL`.
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    pub(crate) db: TestDb,
    pub(crate) client: reqwest::Client,
    pub(crate) handle: Handle,
    /// The folder that mail is written to outside development mode.
    pub(crate) mail_folder: TempDir,
    pub(crate) running: JoinHandle<anyhow::Result<()>>,
}

/// Someone who is signed in, in a browser.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) sid: String,
    /// The refresh token.
    pub(crate) refresh: String,
    /// The access token.
    pub(crate) bearer: String,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.handle.shut_down();
        self.running.abort();
    }
}

impl TestApp {
    /// In development mode, on a loopback address.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// The same with other settings.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::run(None, database().await, change).await
    }

    /// The same, where it may not start; why.
    pub(crate) async fn try_start_with(change: impl FnOnce(&mut Config)) -> anyhow::Result<Self> {
        Self::try_run(None, database().await, change).await
    }

    /// As behind a TLS proxy: [`HTTPS`].
    pub(crate) async fn start_on_https() -> Self {
        Self::start_on_https_with(|_| ()).await
    }

    /// The same with other settings.
    pub(crate) async fn start_on_https_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::run(Some(HTTPS), database().await, change).await
    }

    async fn run(public_url: Option<&str>, db: TestDb, change: impl FnOnce(&mut Config)) -> Self {
        Self::try_run(public_url, db, change).await.expect("a server")
    }

    async fn try_run(public_url: Option<&str>, db: TestDb, change: impl FnOnce(&mut Config)) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let origin = public_url.map_or_else(|| format!("http://{address}"), str::to_owned);
        let mail_folder = tempfile::tempdir().expect("a folder");
        let mut config = config(address, &origin, public_url.map(|_| mail_folder.path()));
        config.database_url = db.url().into();
        change(&mut config);
        let clock = Clock::hand_set(NEW_YEAR);
        let app = Application::on(listener, config, clock.clone()).await?;
        let (handle, metrics) = (app.handle(), app.metrics_address()?);
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()
            .expect("a client");
        let running = tokio::spawn(app.run());
        Ok(Self { address, metrics, origin, clock, db, client, handle, mail_folder, running })
    }

    /// Another server on the database of this one, with the same tokens.
    pub(crate) async fn second_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        Self::run(None, database().await, |config| {
            config.database_url = self.db.url().into();
            self.origin.clone_into(&mut config.auth.public_url);
            change(config);
        })
        .await
    }

    /// Its accounts, as a command has them beside a running server.
    pub(crate) fn accounts(&self) -> Auth {
        let mail_folder = self.origin.starts_with("https:").then(|| self.mail_folder.path());
        let config = config(self.address, &self.origin, mail_folder);
        Auth::new(self.db.clone(), self.clock.clone(), config.auth).expect("accounts")
    }

    /// The `Host` of its requests.
    pub(crate) fn host(&self) -> &str {
        self.origin.split_once("//").map_or(&*self.origin, |(_, host)| host)
    }

    /// The name of a cookie, with the prefix that it has on https, or the port that it has in development mode.
    pub(crate) fn cookie_name(&self, name: &str) -> String {
        match self.origin.strip_prefix("http:") {
            Some(rest) => format!("{name}-{}", rest.rsplit(':').next().unwrap_or_default()),
            None => format!("__Host-{name}"),
        }
    }

    /// Returns a fetch from a page of ours.
    pub(crate) fn fetch(&self, path: &str) -> Ask<'_> {
        Ask::new(self, Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "cors")
            .header("origin", &self.origin)
            .header("accept", "application/json")
    }

    /// Returns a form posted without JavaScript from a page of ours.
    pub(crate) fn form(&self, path: &str) -> Ask<'_> {
        Ask::new(self, Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
            .header("origin", &self.origin)
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    /// Returns a navigation to a page.
    pub(crate) fn page(&self, path: &str) -> Ask<'_> {
        Ask::new(self, Method::GET, path)
            .header("sec-fetch-site", "none")
            .header("sec-fetch-mode", "navigate")
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    /// Returns a request of a client that is not a browser.
    pub(crate) fn native(&self, path: &str) -> Ask<'_> {
        Ask::new(self, Method::POST, path).header("accept", "application/json")
    }

    /// Opens a page, signed out.
    pub(crate) async fn open_page(&self, path: &str) -> Answer {
        self.page(path).send().await
    }

    /// Opens a page in the browser of `person`.
    pub(crate) async fn open_page_as(&self, person: &Person, path: &str) -> Answer {
        self.page(path).of(person).send().await
    }

    /// Makes an account in a browser.
    pub(crate) async fn sign_up(&self, email: &str) -> Person {
        let answer = self.post_sign_up(email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.person(&answer)
    }

    /// Signs in, in a browser that holds no cookie yet.
    pub(crate) async fn sign_in(&self, email: &str) -> Person {
        let answer = self.post_login(email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.person(&answer)
    }

    pub(crate) async fn post_sign_up(&self, email: &str, password: &str) -> Answer {
        self.fetch("/api/auth/signup").fields(&[("email", email), ("password", password)]).send().await
    }

    pub(crate) async fn post_login(&self, email: &str, password: &str) -> Answer {
        self.fetch("/api/auth/login").fields(&[("email", email), ("password", password)]).send().await
    }

    /// Presents a refresh token, as the app does when it renews.
    pub(crate) async fn renew(&self, token: &str) -> Answer {
        self.fetch("/api/auth/refresh").refresh_cookie(token).send().await
    }

    /// Lets so much time go by that a sign-in is no recent proof any more; gives `person` with fresh tokens.
    pub(crate) async fn later(&self, person: &Person) -> Person {
        self.clock.advance(auth::testing::RECENT + 1);
        let answer = self.renew(&person.refresh).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.person(&answer)
    }

    /// Asks who `bearer` is.
    pub(crate) async fn me(&self, bearer: &str) -> Answer {
        self.fetch("/api/auth/me").bearer(bearer).send().await
    }

    /// Sets the display name of a person.
    pub(crate) async fn set_name(&self, person: &Person, name: &str) {
        let fields = [("display_name", name)];
        let answer = self.fetch("/api/account/name").bearer(&person.bearer).fields(&fields).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Returns the display name of a person, and how often it was set.
    pub(crate) async fn name(&self, person: &Person) -> (String, i64) {
        let select = "SELECT COALESCE(display_name, ''), (SELECT COUNT(*) FROM events WHERE user_id = $1 AND kind = 'profile_changed')
                      FROM users WHERE id = $1";
        sqlx::query_as(select).bind(&person.id).fetch_one(self.db.readers()).await.expect("a user")
    }

    /// Returns the person whom an answer signed in.
    pub(crate) fn person(&self, answer: &Answer) -> Person {
        let json = answer.json();
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        Person {
            id: text(&json["user"]["id"]),
            sid: text(&json["user"]["session"]["id"]),
            bearer: text(&json["access_token"]),
            refresh: self.refresh_token(answer).expect("a refresh cookie"),
        }
    }

    /// The refresh token that an answer sets.
    pub(crate) fn refresh_token(&self, answer: &Answer) -> Option<String> {
        answer.cookie(&self.cookie_name("refresh")).map(|cookie| cookie.value().to_owned())
    }

    /// Returns the flow and the flash that an answer sets, as [`Ask::flow_cookie`] takes them.
    pub(crate) fn flow(&self, answer: &Answer) -> Option<String> {
        let value = |name| {
            let cookie = answer.cookie(&self.cookie_name(name))?;
            Some(cookie.value().to_owned()).filter(|value| !value.is_empty())
        };
        match (value("flow"), value("flash")) {
            (None, None) => None,
            (flow, flash) => Some(format!("{}|{}", flow.unwrap_or_default(), flash.unwrap_or_default())),
        }
    }

    /// How many rows a `SELECT COUNT(*)` finds.
    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        let (count,): (i64,) = sqlx::query_as(query).fetch_one(self.db.readers()).await.expect("a count");
        count
    }

    /// The generation that a session stands at, and why it ended.
    pub(crate) async fn session(&self, sid: &str) -> (i64, Option<String>) {
        sqlx::query_as("SELECT generation, end_reason FROM sessions WHERE id = $1")
            .bind(sid)
            .fetch_one(self.db.readers())
            .await
            .expect("a session")
    }

    /// Changes a row behind the server's back: `statement` names it as `$1`.
    pub(crate) async fn execute(&self, statement: &'static str, id: &str) {
        let mut tx = self.db.write().await.expect("a transaction");
        let changed = sqlx::query(statement).bind(id).execute(&mut *tx).await.expect("a change");
        assert_eq!(changed.rows_affected(), 1, "{statement}");
        tx.commit().await.expect("a commit");
    }
}

/// A database with real connections, that several may wait for.
async fn database() -> TestDb {
    testing::database_with_connections().await.expect("a database")
}

/// In development mode, or where `mail_folder` is given, outside it.
fn config(address: SocketAddr, origin: &str, mail_folder: Option<&Path>) -> Config {
    let bind_addr = format!("--bind-addr={address}");
    let public_url = format!("--public-url={origin}");
    let site = format!("--site-root={}", site().display());
    let folder = mail_folder.map(|folder| format!("--mail-folder={}", folder.display()));
    let mut arguments = vec!["server", &bind_addr, &public_url, "--trusted-proxies=none", &site];
    match &folder {
        Some(folder) => {
            arguments.extend(["--mailer=folder", "--mail-from=Latchkey <no-reply@latchkey.example>", folder]);
        }
        None => arguments.push("--dev"),
    }
    let args = Args::try_parse_from(arguments).expect("good arguments");
    let secret = |name: &str| (name == "APP_SECRET").then(|| SECRET.to_owned());
    let mut config = Config::new(&args, secret).expect("a good configuration");
    config.auth = auth::Config { public_url: origin.to_owned(), mail: app::mail::CATALOGUE, ..testing::config() };
    config
}

/// Another secret than the servers have.
pub(crate) fn another_secret() -> AppSecret {
    AppSecret::new("Qm8xW2nVb5Tc9Kd4Lf7Pg1Rh6Sj3Zy0E".into()).expect("a good secret")
}

/// Looks again and again until `check` says yes.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut check: impl FnMut() -> F) {
    let patience = tokio::time::timeout(Duration::from_secs(20), async {
        while !check().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(patience.await.is_ok(), "it never happened: {what}");
}
