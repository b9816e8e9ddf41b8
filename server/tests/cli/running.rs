//! The program while it serves, and what people do there.

use crate::house::{FIREFOX, House, PASSWORD};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::Value;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A server in a process of its own. Killed, not asked, when this is dropped.
pub(crate) struct Running {
    process: Mutex<Child>,
    origin: String,
    client: Client,
}

/// Someone who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) sid: String,
    pub(crate) bearer: String,
    pub(crate) refresh: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(process) = self.process.get_mut() {
            let _over = (process.kill(), process.wait());
        }
    }
}

impl Running {
    /// Serves the database of `house`.
    pub(crate) async fn start(house: &House) -> Self {
        Self::of(|arguments| house.program(arguments)).await
    }

    /// The same of a program that `program` makes with these arguments.
    pub(crate) async fn of(program: impl FnOnce(&[&str]) -> Command) -> Self {
        // Fails if another program takes the port in between.
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        drop(listener);
        let origin = format!("http://{address}");
        let process = program(&[&format!("--bind-addr={address}"), &format!("--public-url={origin}")])
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .expect("it runs");
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(20))
            .user_agent(FIREFOX)
            .build()
            .expect("a client");
        let running = Self { process: Mutex::new(process), origin, client };
        let ready = async {
            let url = format!("{}/readyz", running.origin);
            while !running.client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), ready).await.expect("it answers");
        running
    }

    /// The origin that it serves.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.lock().expect("nobody died with it").id()
    }

    /// Kills the program as a power cut would (SIGKILL).
    pub(crate) fn kill(&self) {
        let mut process = self.process.lock().expect("nobody died with it");
        process.kill().expect("it runs");
        process.wait().expect("it ends");
    }

    /// Sends a fetch of a page of ours; returns `None` if no answer came.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)], who: Option<&Person>) -> Option<Response> {
        let url = format!("{}{path}", self.origin);
        let mut request = self
            .client
            .post(url)
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "cors")
            .header("origin", &self.origin)
            .header("accept", "application/json")
            .form(fields);
        if let Some(person) = who {
            let port = self.origin.rsplit(':').next().unwrap_or_default();
            let cookie = format!("refresh-{port}={}", person.refresh);
            request = request.bearer_auth(&person.bearer).header("cookie", cookie);
        }
        request.send().await.ok()
    }

    /// Signs up; `None` where that was not acknowledged.
    pub(crate) async fn sign_up(&self, email: &str) -> Option<Person> {
        person(self.post("/api/auth/signup", &[("email", email), ("password", PASSWORD)], None).await?).await
    }

    pub(crate) async fn sign_in(&self, email: &str) -> Option<Person> {
        person(self.post("/api/auth/login", &[("email", email), ("password", PASSWORD)], None).await?).await
    }

    /// Signs in as a program that is no browser does.
    pub(crate) async fn sign_in_from_script(&self, email: &str) {
        let fields = [("email", email), ("password", PASSWORD)];
        let request = self.client.post(format!("{}/api/auth/login", self.origin)).form(&fields);
        assert_eq!(request.send().await.expect("an answer").status(), 200);
    }

    /// Signs up by the API; gives the access token.
    pub(crate) async fn api_sign_up(&self, email: &str) -> String {
        let body = serde_json::json!({"email": email, "password": PASSWORD});
        let request = self.client.post(format!("{}/api/v1/signup", self.origin)).json(&body);
        let tokens: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        tokens["access_token"].as_str().expect("a token").to_owned()
    }

    /// Renews; `None` where that was refused or not acknowledged.
    pub(crate) async fn renew(&self, who: &Person) -> Option<Person> {
        let answer =
            self.post("/api/auth/refresh", &[], Some(&Person { bearer: String::new(), ..who.clone() })).await?;
        person(answer).await
    }

    /// Asks for `who` until they are refused: every request that begins a second after `changed` must be.
    pub(crate) async fn shuts_out(&self, who: &Person, changed: Instant) {
        loop {
            let asked = changed.elapsed();
            if !self.lets_in(who).await {
                return;
            }
            assert!(asked < Duration::from_secs(1), "let in after {asked:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Returns whether the server accepts the access token of `who`.
    pub(crate) async fn lets_in(&self, who: &Person) -> bool {
        self.post("/api/auth/me", &[], Some(who)).await.is_some_and(|answer| answer.status() == 200)
    }
}

/// Returns the person whom an answer signed in.
async fn person(answer: Response) -> Option<Person> {
    if answer.status() != 200 {
        return None;
    }
    let cookie = answer.headers().get_all("set-cookie").iter().find_map(|cookie| {
        let (_port, rest) = cookie.to_str().ok()?.strip_prefix("refresh-")?.split_once('=')?;
        Some(rest.split(';').next().unwrap_or_default().to_owned())
    });
    let json: Value = answer.json().await.ok()?;
    Some(Person {
        sid: json["user"]["session"]["id"].as_str()?.to_owned(),
        bearer: json["access_token"].as_str()?.to_owned(),
        refresh: cookie?,
    })
}
