//! The queue before the password hash is bounded, and no client fills it alone.

use crate::app::{ADA, PASSWORD, SECRET, TestApp};
use auth::Argon2Cost;
use futures::future::join_all;
use server::config::{Args, Config};

/// As many as one client may have waiting, and some more.
pub(crate) fn crowd() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    64 * cores / 4 + cores + 12
}

#[tokio::test]
async fn a_client_that_fills_its_share_is_told_to_wait() {
    let app = TestApp::start_with(|config| {
        config.auth.argon2 = Argon2Cost { memory_kib: 32 * 1024, passes: 3, lanes: 1 };
        config.trusted_proxies = behind_a_proxy();
    })
    .await;
    let ask = |client: &str| {
        let fields = [("email", ADA), ("password", PASSWORD)];
        app.fetch("/api/auth/login").header("x-forwarded-for", client).fields(&fields).send()
    };
    let (crowd, other) = tokio::join!(join_all((0..crowd()).map(|_| ask("192.0.2.1"))), ask("192.0.2.2"));
    let refused: Vec<_> = crowd.iter().filter(|answer| answer.status == 503).collect();
    assert!(!refused.is_empty() && refused.len() < crowd.len(), "{} of {}", refused.len(), crowd.len());
    for answer in refused {
        answer.is_refused(503, "unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    other.is_refused(401, "invalid_credentials");
    ask("192.0.2.1").await.is_refused(401, "invalid_credentials");
}

/// The proxy is this machine.
pub(crate) fn behind_a_proxy() -> server::config::TrustedProxies {
    let args = <Args as clap::Parser>::try_parse_from(["server", "--dev", "--trusted-proxies=127.0.0.1"]);
    let secret = |name: &str| (name == "APP_SECRET").then(|| SECRET.to_owned());
    Config::new(&args.expect("good arguments"), secret).expect("a good configuration").trusted_proxies
}
