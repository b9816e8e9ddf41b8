//! How cookies are named, marked, kept and cleared.

use crate::answer::assert_marked;
use crate::app::{ADA, PASSWORD, TestApp};
use auth::DAY;
use cookie::time::Duration;

const REMEMBERED: &[(&str, &str)] = &[("email", ADA), ("password", PASSWORD), ("remember", "true")];

#[tokio::test]
async fn on_https_cookies_are_bound_to_the_host() {
    let app = TestApp::start_on_https().await;
    let answer = app.post_sign_up(ADA, PASSWORD).await;
    let cookie = answer.cookie("__Host-refresh").expect("a cookie");
    assert_marked(&cookie, true);
    assert_eq!((cookie.max_age(), cookie.expires()), (None, None), "gone with the browser");
    assert_marked(&answer.cookie("__Host-device").expect("a cookie"), true);
    assert_eq!(answer.cookies().len(), 2);
    let answer = app.renew(cookie.value()).await;
    assert_marked(&answer.cookie("__Host-refresh").expect("a cookie"), true);
    // The name without its prefix is another cookie.
    let bare = format!("refresh={}", cookie.value());
    let answer = app.fetch("/api/auth/refresh").header("cookie", &bare).send().await;
    answer.is_refused(401, "unauthenticated");
}

#[tokio::test]
async fn in_development_they_do_without_https() {
    let app = TestApp::start().await;
    let answer = app.post_sign_up(ADA, PASSWORD).await;
    for name in ["refresh", "device"] {
        assert_marked(&answer.cookie(name).expect("a cookie"), false);
    }
    assert_eq!(answer.cookies().len(), 2);
}

#[tokio::test]
async fn two_development_servers_on_one_host_do_not_sign_each_other_out() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    let (ada, bob) = (one.sign_up(ADA).await, other.sign_up(ADA).await);
    // The browser sends the cookies of a host to all its ports.
    let both = [(&one, &ada), (&other, &bob)].map(|(app, person)| {
        let refresh = app.cookie_name("refresh");
        (refresh.clone(), format!("{refresh}={}", person.refresh))
    });
    assert_ne!(both[0].0, both[1].0);
    let cookies = both.map(|(_, cookie)| cookie).join("; ");
    for app in [&one, &other] {
        assert_eq!(app.page("/account").header("cookie", &cookies).send().await.status, 200);
    }
    let out = one.fetch("/api/auth/logout").header("cookie", &cookies).send().await;
    assert_eq!(out.cookies().into_iter().filter(|cookie| cookie.name() == other.cookie_name("refresh")).count(), 0);
    assert_eq!(other.session(&bob.sid).await, (0, None));
}

#[tokio::test]
async fn a_remembered_cookie_lives_as_long_as_its_session_may() {
    let app = TestApp::start_on_https().await;
    app.sign_up(ADA).await;
    let answer = app.fetch("/api/auth/login").fields(REMEMBERED).send().await;
    let cookie = answer.cookie("__Host-refresh").expect("a cookie");
    assert_marked(&cookie, true);
    assert_eq!(cookie.max_age(), Some(Duration::days(90)));
    app.clock.advance(10 * DAY);
    let renewed = app.renew(cookie.value()).await.cookie("__Host-refresh").expect("a cookie");
    assert_eq!(renewed.max_age(), Some(Duration::days(80)), "the limit that no use extends");
    app.clock.advance(auth::SECOND);
    let repeated = app.renew(cookie.value()).await.cookie("__Host-refresh").expect("a cookie");
    assert_eq!(repeated.value(), renewed.value());
    assert_eq!(repeated.max_age(), Some(Duration::days(80) - Duration::seconds(1)));
}

#[tokio::test]
async fn a_page_sets_no_cookie_for_someone_without_a_flow() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for path in ["/", "/account", "/account/devices", "/nowhere"] {
        assert!(app.open_page_as(&ada, path).await.cookies().is_empty(), "{path}");
    }
    for path in ["/", "/login", "/signup", "/account"] {
        assert!(app.open_page(path).await.cookies().is_empty(), "{path}");
    }
    assert_eq!(app.session(&ada.sid).await.0, 0, "a page load rotates nothing");
}

#[tokio::test]
async fn the_refresh_cookie_is_found_among_others() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let name = app.cookie_name("refresh");
    let cookies = format!("theme=dark; x{name}=x; {name}={}; {name}2=y; refresh=z", ada.refresh);
    assert_eq!(app.page("/account").header("cookie", &cookies).send().await.status, 200);
    let ask = app.page("/account").header("cookie", "theme=dark");
    assert_eq!(ask.doubled("cookie", &format!("{name}={}", ada.refresh)).send().await.status, 200);
}

#[tokio::test]
async fn what_others_write_beside_our_cookies_does_not_matter() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for theirs in [&b"theme=d\xfcster"[..], b"n\xe4me=x", "näme=düster".as_bytes()] {
        let ada = app.sign_in(ADA).await;
        let beside = |ours: &str| [theirs, b"; ", ours.as_bytes(), b"; ", theirs].concat();
        let refresh = beside(&format!("{}={}", app.cookie_name("refresh"), ada.refresh));
        let page = app.page("/account").raw_header("cookie", &refresh).send().await;
        assert_eq!(page.status, 200, "{theirs:?}");
        let answer = app.fetch("/api/auth/logout").raw_header("cookie", &refresh).send().await;
        assert_eq!(app.session(&ada.sid).await.1.as_deref(), Some("signed_out"), "{theirs:?}");
        let flash = answer.cookie("flash").expect("a flash");
        let page = app.page("/").raw_header("cookie", &beside(&flash.stripped().to_string())).send().await;
        assert!(page.html().contains(">You have signed out.<"), "{theirs:?}");
    }
}
