//! The range API of Pwned Passwords (<https://haveibeenpwned.com/API/v3#PwnedPasswords>), or a mirror of it.
//!
//! What is asked, and what the answer means, `auth` knows. Here it is fetched: in time, of a bounded length, and so that
//! neither its length nor the log tells what was asked.

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

/// How long an answer is waited for, from the connection to its last byte. A person waits with it.
pub const RANGE_PATIENCE: Duration = Duration::from_secs(1);
/// The longest answer, in bytes. With its padding a range has some 40 KiB.
const ANSWER_MAX: usize = 256 * 1024;
/// Questions that are under way at once; others wait within their time. So many connections are open at most.
const AT_ONCE: usize = 16;

struct RangeApi {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    /// Without a slash at its end.
    url: String,
    room: Semaphore,
}

/// Breached passwords as the API at `url` has them. Each answer is waited for as long as `patience`.
pub fn pwned_passwords(url: &Url, patience: Duration) -> BreachedPasswords {
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
    // A connection that was kept may have died unnoticed, and whoever is asked next would wait for it in vain.
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
            // Otherwise the length of an encrypted answer would tell which it is.
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

/// With everything that an error says of its cause.
fn out_of_reach(error: &(dyn Error + 'static)) -> RangeProblem {
    let causes = successors(Some(error), |&error| error.source());
    RangeProblem::Unreachable(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
}
