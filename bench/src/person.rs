//! Signed-in people, each with a connection and a session.

use crate::{client::Client, server::HOST};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::net::SocketAddr;

/// Password of all accounts, form-encoded.
pub(crate) const PASSWORD: &str = "kettle+orbit+mango+lantern+quay";
const REFRESH_COOKIE: &str = "__Host-refresh=";
const DEVICE_COOKIE: &str = "__Host-device=";

/// A signed-in person.
pub(crate) struct Person {
    client: Client,
    email: String,
    /// The refresh cookie in the form of a request header.
    refresh_cookie: String,
    /// The cookie by which the account knows the device.
    device_cookie: String,
    pub(crate) access_token: String,
}

impl Person {
    /// Creates `count` accounts, one after the other.
    pub(crate) async fn sign_up(address: SocketAddr, count: usize) -> Result<Vec<Self>> {
        let mut people = Vec::with_capacity(count);
        for number in 0..count {
            let mut client = Client::connect(address).await?;
            let email = format!("person-{number}%40example.com");
            let request = post("/api/auth/signup", "", &format!("email={email}&password={PASSWORD}"));
            let Granted { refresh_cookie, device_cookie, body } = granted(&mut client, &request).await?;
            let device_cookie = device_cookie.context("a sign-up without a cookie for the device")?;
            let body: Value = serde_json::from_slice(&body)?;
            let access_token = body["access_token"].as_str().context("an answer without a token")?.to_owned();
            people.push(Self { client, email, refresh_cookie, device_cookie, access_token });
        }
        Ok(people)
    }

    /// Signs in again on the same device.
    pub(crate) async fn sign_in(&mut self) -> Result<()> {
        let device = format!("cookie: {}\r\n", self.device_cookie);
        self.sign_in_with(&device).await
    }

    /// Signs in on an unknown device, which the owner is notified about by mail.
    pub(crate) async fn sign_in_elsewhere(&mut self) -> Result<()> {
        self.sign_in_with("").await
    }

    async fn sign_in_with(&mut self, headers: &str) -> Result<()> {
        let request = post("/api/auth/login", headers, &format!("email={}&password={PASSWORD}", self.email));
        self.refresh_cookie = granted(&mut self.client, &request).await?.refresh_cookie;
        Ok(())
    }

    /// Refreshes the session, which rotates its refresh token.
    pub(crate) async fn refresh(&mut self) -> Result<()> {
        let request = post("/api/auth/refresh", &format!("cookie: {}\r\n", self.refresh_cookie), "");
        self.refresh_cookie = granted(&mut self.client, &request).await?.refresh_cookie;
        Ok(())
    }

    /// Returns the request of [`Person::me`].
    pub(crate) fn me_request(&self) -> String {
        post("/api/auth/me", &format!("authorization: Bearer {}\r\n", self.access_token), "")
    }

    /// Asks who is signed in and returns the answer.
    pub(crate) async fn me(&mut self) -> Result<String> {
        let request = self.me_request();
        let answer = self.client.send(request.as_bytes()).await?;
        ensure!(answer.status == 200, "/api/auth/me: status {}", answer.status);
        Ok(std::str::from_utf8(answer.body)?.to_owned())
    }
}

/// Cookies and body of an answer that signs in.
struct Granted {
    refresh_cookie: String,
    device_cookie: Option<String>,
    body: Vec<u8>,
}

/// Sends a request whose answer sets a refresh cookie.
async fn granted(client: &mut Client, request: &str) -> Result<Granted> {
    let answer = client.send(request.as_bytes()).await?;
    ensure!(answer.status == 200, "status {}: {}", answer.status, String::from_utf8_lossy(answer.body));
    let cookie = |name: &str| {
        let mut sent = answer.cookies.iter().flatten().filter_map(|cookie| cookie.split(';').next());
        sent.find(|cookie| cookie.starts_with(name)).map(str::to_owned)
    };
    Ok(Granted {
        refresh_cookie: cookie(REFRESH_COOKIE).context("an answer without a refresh cookie")?,
        device_cookie: cookie(DEVICE_COOKIE),
        body: answer.body.to_vec(),
    })
}

/// Returns a POST as a page of ours sends it.
pub(crate) fn post(path: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {HOST}\r\nuser-agent: bench\r\naccept: */*\r\nsec-fetch-site: same-origin\r\n\
         sec-fetch-mode: cors\r\ncontent-type: application/x-www-form-urlencoded\r\n{headers}content-length: {}\r\n\r\n\
         {body}",
        body.len()
    )
}
