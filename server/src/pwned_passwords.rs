//! Fetches ranges from the Pwned Passwords API (<https://haveibeenpwned.com/API/v3#PwnedPasswords>) or a mirror.
//!
//! `auth` chooses the range and interprets it. This module limits time and length, and lets neither the length nor the
//! log reveal the range.

use auth::{BreachedPasswords, RangeProblem};
use axum::body::Body;
use http::header::USER_AGENT;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use std::error::Error;
use std::iter::successors;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;

/// Time limit of an answer, from the connection to its last byte. A person waits for it.
pub const RANGE_PATIENCE: Duration = Duration::from_secs(1);
/// Largest answer, in bytes. A padded range has about 40 KiB.
const ANSWER_MAX: usize = 256 * 1024;
/// Number of concurrent requests and connections. Further requests wait within their time limit.
const AT_ONCE: usize = 16;

struct RangeApi {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    /// Without a trailing slash.
    url: String,
    room: Semaphore,
}

/// Returns the lookup at `url` with the time limit `patience`.
pub fn pwned_passwords(url: &Url, patience: Duration) -> BreachedPasswords {
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
    // Opens a connection for each request. A kept connection may have died unnoticed and would time out.
    let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
    let url = url.as_str().trim_end_matches('/').to_owned();
    let api = Arc::new(RangeApi { client, url, room: Semaphore::new(AT_ONCE) });
    BreachedPasswords::new(move |prefix| {
        let api = Arc::clone(&api);
        async move { timeout(patience, api.range(&prefix)).await.unwrap_or(Err(RangeProblem::TimedOut)) }
    })
}

impl RangeApi {
    async fn range(&self, prefix: &str) -> Result<Vec<u8>, RangeProblem> {
        let _room = self.room.acquire().await.map_err(|error| out_of_reach(&error))?;
        let question = Request::get(format!("{}/range/{prefix}", self.url))
            .header(USER_AGENT, app::PRODUCT)
            // Otherwise the length of an encrypted answer would reveal the range.
            .header("add-padding", "true")
            .body(Body::empty())
            .map_err(|error| out_of_reach(&error))?;
        let answer = self.client.request(question).await.map_err(|error| out_of_reach(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(RangeProblem::Status(answer.status().as_u16()));
        }
        match Limited::new(answer.into_body(), ANSWER_MAX).collect().await {
            Ok(range) => Ok(range.to_bytes().to_vec()),
            Err(error) if error.is::<LengthLimitError>() => Err(RangeProblem::TooLong),
            Err(error) => Err(out_of_reach(&*error)),
        }
    }
}

/// Describes an error with all of its causes.
fn out_of_reach(error: &(dyn Error + 'static)) -> RangeProblem {
    let causes = successors(Some(error), |&error| error.source());
    RangeProblem::Unreachable(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
}
