//! Too many tries: 429 with the time to wait, for a fetch and for a form; by whom they are counted.

use crate::answer::{Answer, assert_marked};
use crate::app::{ADA, BOB, PASSWORD, TestApp, WRONG_PASSWORD};
use auth::{SECOND, Throttle};
use cookie::time::Duration;
use server::config::{Config, ForwardedHeader};

const WRONG: &[(&str, &str)] = &[("email", ADA), ("password", WRONG_PASSWORD)];
const RIGHT: &[(&str, &str)] = &[("email", ADA), ("password", PASSWORD)];

/// Sets three free tries for an account, and no limit for an address.
fn strict(config: &mut Config) {
    config.auth.throttle = Throttle { free_per_account: 3, ..config.auth.throttle };
}

/// Three free tries an address, behind a proxy that is this machine.
fn by_address(config: &mut Config, header: ForwardedHeader) {
    config.auth.throttle = Throttle { free_per_address: 3, ..config.auth.throttle };
    config.trusted_proxies = "127.0.0.0/8".parse().expect("a network");
    config.forwarded_header = header;
}

impl TestApp {
    async fn guess_four_times(&self) {
        for _ in 0..4 {
            self.fetch("/api/auth/login").fields(WRONG).send().await.is_refused(401, "invalid_credentials");
        }
    }

    /// Asks for a new account, as the client that `header` tells of.
    async fn sign_up_from(&self, number: usize, header: &str, client: &str) -> Answer {
        let email = format!("person-{number}@example.com");
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        self.fetch("/api/auth/signup").header(header, client).fields(&fields).send().await
    }
}

#[tokio::test]
async fn a_fetch_is_told_when_to_come_back() {
    let app = TestApp::start_with(strict).await;
    app.sign_up(ADA).await;
    app.guess_four_times().await;
    let answer = app.fetch("/api/auth/login").fields(RIGHT).send().await;
    answer.is_refused(429, "rate_limited");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.json()["retry_after"], 1);
    assert_eq!(answer.json()["message"], "Too many tries. Try again in 1 second.");
    assert!(answer.cookies().is_empty());
    app.clock.advance(SECOND);
    assert_eq!(app.fetch("/api/auth/login").fields(RIGHT).send().await.status, 200);
}

#[tokio::test]
async fn a_form_is_told_in_words() {
    let app = TestApp::start_with(strict).await;
    app.guess_four_times().await;
    for wait in [1, 2, 4, 8, 16, 32, 64] {
        app.clock.advance(wait * SECOND);
        app.fetch("/api/auth/login").fields(WRONG).send().await.is_refused(401, "invalid_credentials");
    }
    let refused = app.form("/api/auth/login").from("/login").fields(RIGHT).send().await;
    let back = refused.leads_on().to_owned();
    let flow = app.flow(&refused).expect("which keeps the address");
    let page = app.page(&back).flow_cookie(&flow).send().await;
    assert!(page.html().contains("Too many tries. Try again in 3 minutes."), "{page:?}");
    assert!(page.html().contains(ADA));
}

#[tokio::test]
async fn a_device_that_the_account_knows_is_not_locked_out() {
    let app = TestApp::start_on_https_with(strict).await;
    let device = app.post_sign_up(ADA, PASSWORD).await.cookie("__Host-device").expect("a cookie");
    assert_marked(&device, true);
    assert_eq!(device.max_age(), Some(Duration::days(400)));
    app.guess_four_times().await;
    app.post_login(ADA, PASSWORD).await.is_refused(429, "rate_limited");
    let cookie = format!("__Host-device={}", device.value());
    let answer = app.fetch("/api/auth/login").header("cookie", &cookie).fields(RIGHT).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let again = answer.cookie("__Host-device").expect("its time begins anew");
    assert_eq!(again.value(), device.value());
    let bare = format!("device={}", device.value());
    let answer = app.fetch("/api/auth/login").header("cookie", &bare).fields(RIGHT).send().await;
    answer.is_refused(429, "rate_limited");
}

#[tokio::test]
async fn it_opens_nothing_and_outlives_signing_out() {
    let app = TestApp::start().await;
    let signed_up = app.post_sign_up(ADA, PASSWORD).await;
    let device = signed_up.cookie("device").expect("a cookie");
    let page = app.page("/account").device_cookie(device.value()).send().await;
    assert_eq!(page.status, 302, "it is no session");
    let ada = app.person(&signed_up);
    let out = app.fetch("/api/auth/logout").of(&ada).send().await;
    assert_eq!((out.status, out.cookie("device")), (200, None));
    assert_eq!(app.renew(device.value()).await.status, 401);
}

#[tokio::test]
async fn every_mail_and_every_password_is_throttled() {
    let app = TestApp::start_with(strict).await;
    let ada = app.sign_up(ADA).await;
    let wrong = [("current_password", "x"), ("new_password", "harbour velvet piano 17"), ("next", "/account")];
    for (path, fields) in [
        ("/api/auth/forgot-password", &[("email", BOB)][..]),
        ("/api/auth/send-verification", &[]),
        ("/api/auth/change-email", &[("email", "ada@example.org")]),
        ("/api/account/reauthenticate", &wrong),
    ] {
        for _ in 0..4 {
            assert_ne!(app.fetch(path).bearer(&ada.bearer).fields(fields).send().await.status, 429, "{path}");
        }
        let answer = app.fetch(path).bearer(&ada.bearer).fields(fields).send().await;
        answer.is_refused(429, "rate_limited");
        assert!(answer.header("retry-after").is_some(), "{path}");
    }
    let answer = app.fetch("/api/account/password").bearer(&ada.bearer).fields(&wrong).send().await;
    answer.is_refused(429, "rate_limited");
}

#[tokio::test]
async fn forged_refresh_tokens_are_not_looked_at_for_ever() {
    let app = TestApp::start_with(|config| {
        config.auth.throttle = Throttle { free_per_address: 3, ..config.auth.throttle };
    })
    .await;
    for _ in 0..4 {
        app.renew("garbage").await.is_refused(401, "unauthenticated");
    }
    let answer = app.renew("garbage").await;
    answer.is_refused(429, "rate_limited");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(app.count("SELECT COUNT(*) FROM throttle").await, 0);
}

#[tokio::test]
async fn clients_behind_a_proxy_are_told_apart_by_the_chosen_header_alone() {
    for (chosen, header, other) in [
        (ForwardedHeader::XForwardedFor, "x-forwarded-for", "forwarded"),
        (ForwardedHeader::Forwarded, "forwarded", "x-forwarded-for"),
    ] {
        let app = TestApp::start_with(|config| by_address(config, chosen)).await;
        let client = |last: usize| match chosen {
            ForwardedHeader::XForwardedFor => format!("198.51.100.1, 203.0.113.{last}"),
            ForwardedHeader::Forwarded => format!("for=198.51.100.1, for=\"203.0.113.{last}:4711\";proto=https"),
        };
        for number in 0..4 {
            assert_eq!(app.sign_up_from(number, header, &client(9)).await.status, 200);
        }
        app.sign_up_from(4, header, &client(9)).await.is_refused(429, "rate_limited");
        assert_eq!(app.sign_up_from(5, header, &client(10)).await.status, 200, "somebody else");
        for number in 6..10 {
            let made_up = format!("203.0.113.{number}");
            assert_eq!(app.sign_up_from(number, other, &made_up).await.status, 200);
        }
        app.sign_up_from(10, other, "203.0.113.99").await.is_refused(429, "rate_limited");
    }
}

#[tokio::test]
async fn who_is_no_proxy_cannot_choose_an_address() {
    let app = TestApp::start_with(|config| {
        config.auth.throttle = Throttle { free_per_address: 3, ..config.auth.throttle };
    })
    .await;
    for number in 0..4 {
        let made_up = format!("203.0.113.{number}");
        assert_eq!(app.sign_up_from(number, "x-forwarded-for", &made_up).await.status, 200);
    }
    app.sign_up_from(4, "x-forwarded-for", "203.0.113.99").await.is_refused(429, "rate_limited");
}
