//! The API for other clients, under `/api/v1`.

mod account;
mod cors;
mod credentials;
mod description;
mod json;
mod session;
mod sessions;
mod sweeps;
mod transport;

use crate::answer::Answer;
use crate::app::{CURL, PASSWORD, TestApp};
use crate::ask::Ask;
use http::Method;
use serde_json::{Value, json};

/// Someone who is signed in, in a program.
#[derive(Clone, Debug)]
pub(crate) struct ApiClient {
    pub(crate) sid: String,
    pub(crate) refresh: String,
    pub(crate) bearer: String,
}

impl ApiClient {
    /// Reads the tokens of an answer.
    pub(crate) fn of(answer: &Answer) -> Self {
        let json = answer.json();
        let text = |name: &str| json[name].as_str().expect("a text").to_owned();
        assert_eq!(json["token_type"], "Bearer");
        Self { sid: text("session_id"), refresh: text("refresh_token"), bearer: text("access_token") }
    }
}

impl TestApp {
    /// Returns a request of a program to the API.
    pub(crate) fn api(&self, method: Method, path: &str) -> Ask<'_> {
        Ask::new(self, method, &format!("/api/v1{path}")).header("user-agent", CURL)
    }

    /// Returns a request with a JSON body.
    pub(crate) fn api_post(&self, path: &str, body: &Value) -> Ask<'_> {
        self.api(Method::POST, path).json(body)
    }

    /// Signs an account in, in a program.
    pub(crate) async fn api_login(&self, email: &str) -> ApiClient {
        let answer = self.api_post("/login", &json!({"email": email, "password": PASSWORD})).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        ApiClient::of(&answer)
    }

    /// Presents a refresh token.
    pub(crate) async fn api_renew(&self, token: &str) -> Answer {
        self.api_post("/renew", &json!({"refresh_token": token})).send().await
    }

    /// Asks for the account of an access token.
    pub(crate) async fn api_me(&self, bearer: &str) -> Answer {
        self.api(Method::GET, "/me").bearer(bearer).send().await
    }
}
