//! The log: a line for each security event, with the request's id, and no secret on any line.

use crate::answer::Answer;
use crate::app::{ADA, BOB, PASSWORD, SECRET, TestApp};
use serde_json::Value;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tracing_subscriber::EnvFilter;

/// The log of every test so far.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Begins to listen, once for the process. Far more is written down than a server writes.
    pub(crate) fn start() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Self::default();
            let writer = log.clone();
            tracing_subscriber::fmt()
                .json()
                .with_env_filter(EnvFilter::new("trace,h2=off"))
                .with_writer(move || writer.clone())
                .init();
            log
        })
        .clone()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// The fields of the security events that were logged for `answer`'s request.
    pub(crate) fn events(&self, answer: &Answer) -> Vec<Value> {
        let id = answer.header("x-request-id").expect("an id");
        self.text()
            .lines()
            .filter(|line| line.contains(id) && line.contains(r#""target":"auth""#))
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
            .filter(|line| line["spans"].as_array().is_some_and(|spans| spans.iter().any(|span| span["id"] == id)))
            .map(|line| line["fields"].clone())
            .filter(|fields| fields["event"].is_string())
            .collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_happens_to_accounts_is_logged_and_no_secret_is() {
    let log = Log::start();
    let app = TestApp::start().await;
    let (secret, wrong) = ("plinth gravel 77 otter", "mumbled trellis 12 x");
    let mut secrets = vec![secret.to_owned(), secret.replace(' ', "+"), wrong.to_owned(), wrong.replace(' ', "+")];
    let mut said = Vec::new();

    let up = app.post_sign_up("log@example.com", secret).await;
    let person = app.person(&up);
    said.push(("signed_up", up));
    said.push(("sign_in_failed", app.post_login("log@example.com", wrong).await));
    // People type passwords into the wrong field.
    said.push(("sign_in_failed", app.post_login(wrong, secret).await));
    let form =
        app.form("/api/auth/login").from("/login").fields(&[("email", wrong), ("password", secret)]).send().await;
    let flow = app.flow(&form).expect("a flow");
    app.page(form.leads_on()).flow_cookie(&flow).send().await;
    let signed_in = app.post_login("log@example.com", secret).await;
    let other = app.person(&signed_in);
    said.push(("signed_in", signed_in));
    let renewed = app.renew(&person.refresh).await;
    let second = app.person(&renewed);
    said.push(("renewed", renewed));
    said.push(("repeated", app.renew(&person.refresh).await));
    let third = app.person(&app.renew(&second.refresh).await);
    app.clock.advance(auth::MINUTE);
    said.push(("token_replayed", app.renew(&person.refresh).await));
    said.push(("token_refused", app.renew(&third.refresh).await));
    said.push(("token_refused", app.me(&third.bearer).await));
    said.push(("token_refused", app.me("eyJhbGciOiJub25lIn0.garbage-bearer.x").await));
    said.push(("token_refused", app.renew("garbage-refresh-cookie").await));
    app.set_name(&other, "a private thought").await;
    let ask = app.page("/account?token=in-the-query").of(&other).header("x-request-id", "planted-id");
    ask.header("referer", "http://x/?secret-in-referer").send().await;
    said.push(("signed_out", app.fetch("/api/auth/logout").of(&other).bearer(&other.bearer).send().await));
    said.push(("cross_origin_refused", app.fetch("/api/auth/me").header("sec-fetch-site", "cross-site").send().await));

    for (event, answer) in &said {
        let events = log.events(answer);
        assert!(events.iter().any(|fields| fields["event"] == *event), "{event}: {events:?}");
        assert!(events.len() <= 2, "{events:?}");
    }
    for person in [&person, &other, &second, &third] {
        secrets.extend([person.refresh.clone(), person.bearer.clone()]);
        secrets.extend(person.bearer.split('.').skip(1).map(str::to_owned));
    }
    secrets.extend(flow.split('|').filter(|cookie| !cookie.is_empty()).map(str::to_owned));
    secrets.extend(
        [
            "garbage-bearer",
            "garbage-refresh-cookie",
            "in-the-query",
            "secret-in-referer",
            "planted-id",
            "a private thought",
            SECRET,
            "log@example.com",
        ]
        .map(str::to_owned),
    );
    let text = log.text();
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn no_password_or_token_of_any_test_is_in_the_log() {
    let log = Log::start();
    let app = TestApp::start_on_https().await;
    let ada = app.sign_up(ADA).await;
    app.post_login(BOB, PASSWORD).await;
    let answer = app.open_page_as(&ada, "/account").await;
    let id = answer.header("x-request-id").expect("an id");
    let text = log.text();
    assert!(text.lines().any(|line| line.contains(id) && line.contains("/account")), "the request has a line");
    assert!(!text.contains(PASSWORD) && !text.contains(&ada.refresh) && !text.contains(&ada.bearer));
}
