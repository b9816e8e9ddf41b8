//! Clients that are not browsers get an access token and no cookie, and disturb no browser session.

use crate::house::{ADA, BOB, CURL, House, PASSWORD, WRONG_PASSWORD, cookieless, refusal};
use auth::{DAY, Error, Grant, HOUR, MINUTE, Refusal, SESSIONS_PER_USER, SessionKind, SignIn, testing};

async fn sign_in_from_curl(house: &House, email: &str) -> Result<Grant, Error> {
    house.auth.sign_in(email, PASSWORD.into(), cookieless()).await.map(SignIn::expect_grant)
}

async fn mails(house: &House) -> Result<i64, Error> {
    house.count("SELECT COUNT(*) FROM outbox WHERE template = 'new_device'").await
}

#[tokio::test]
async fn fifty_one_sign_ins_disturb_no_browser() -> Result<(), Error> {
    let house = House::new().await?;
    let browser = house.sign_up(ADA).await?;
    let mut grants = Vec::new();
    for _ in 0..=SESSIONS_PER_USER {
        grants.push(sign_in_from_curl(&house, ADA).await?);
    }
    assert_eq!(house.end_reason(&browser.session.id).await?, None, "the browser is signed in still");
    assert_eq!(house.count("SELECT COUNT(*) FROM known_devices").await?, 1, "and known");
    assert_eq!(mails(&house).await?, 1);
    let live = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL AND kind = 'cookieless'";
    assert_eq!(house.count(live).await?, SESSIONS_PER_USER, "their own number is bounded, too");
    assert_eq!(house.end_reason(&grants[0].session.id).await?.as_deref(), Some("too_many"));
    assert!(grants.iter().all(|grant| grant.device_token.is_none() && grant.session.kind == SessionKind::Cookieless));
    for _ in 0..SESSIONS_PER_USER {
        house.sign_in(ADA).await?;
    }
    assert_eq!(house.end_reason(&browser.session.id).await?.as_deref(), Some("too_many"));
    assert_eq!(house.count(live).await?, SESSIONS_PER_USER, "browsers end none of theirs");
    Ok(())
}

#[tokio::test]
async fn a_session_without_a_cookie_ends_with_its_access_token() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let ada = sign_in_from_curl(&house, ADA).await?;
    assert!(!ada.session.remembered, "whatever was asked for");
    let token = house.auth.sessions().access_token(&ada.session).await?;
    assert_eq!(token.expires_in(), 600);
    for _ in 0..9 {
        house.clock.advance(MINUTE);
        house.authenticate(token.expose()).await?;
    }
    assert_eq!(house.row(&ada.session.id).await?.ends_at, ada.session.begun_at + 10 * MINUTE, "no use extends it");
    house.clock.advance(MINUTE);
    assert!(refusal(house.authenticate(token.expose()).await).is_some());
    assert_eq!(refusal(house.renew(&ada).await), Some(Refusal::NoSession));
    assert!(
        !house.auth.sessions().list(&ada.session).await?.iter().any(|device| device.kind == SessionKind::Cookieless)
    );
    Ok(())
}

#[tokio::test]
async fn the_owner_is_notified_once_a_day() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    for (hours, told) in [(0, 1), (1, 1), (22, 1), (1, 2), (1, 2), (24, 3)] {
        house.clock.advance(hours * HOUR);
        sign_in_from_curl(&house, ADA).await?;
        assert_eq!(mails(&house).await?, told);
    }
    house.sign_up(BOB).await?;
    sign_in_from_curl(&house, BOB).await?;
    assert_eq!(mails(&house).await?, 4, "each account for itself");
    house.clock.advance(-10 * DAY);
    sign_in_from_curl(&house, BOB).await?;
    assert_eq!(mails(&house).await?, 5, "a clock that was set back silences nothing");
    Ok(())
}

#[tokio::test]
async fn many_failures_are_reported_once_a_day() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let told = "SELECT COUNT(*) FROM outbox WHERE template = 'many_failures'";
    for day in 0..2 {
        for _ in 0..3 {
            for _ in 0..20 {
                assert!(house.auth.sign_in(ADA, WRONG_PASSWORD.into(), cookieless()).await.is_err());
            }
            sign_in_from_curl(&house, ADA).await?;
        }
        assert_eq!(house.count(told).await? + mails(&house).await?, day + 1);
        house.clock.advance(DAY);
    }
    assert!(house.count(told).await? > 0);
    Ok(())
}

#[tokio::test]
async fn a_session_without_a_cookie_is_listed_as_such() -> Result<(), Error> {
    let house = House::new().await?;
    let browser = house.sign_up(ADA).await?;
    let script = sign_in_from_curl(&house, ADA).await?;
    let devices = house.auth.sessions().list(&browser.session).await?;
    let listed: Vec<_> = devices.iter().map(|device| (device.id.as_str(), device.kind)).collect();
    assert_eq!(
        listed,
        [(browser.session.id.as_str(), SessionKind::Browser), (script.session.id.as_str(), SessionKind::Cookieless),]
    );
    assert_eq!((devices[1].user_agent.as_str(), devices[1].ends_at), (CURL, script.session.expires_at));
    let sessions = house.auth.administration(testing::operator()).sessions(None, None, 10).await?;
    assert_eq!(
        sessions.iter().map(|session| session.kind).collect::<Vec<_>>(),
        [SessionKind::Browser, SessionKind::Cookieless]
    );
    let data = house.auth.account(&browser.session).data().await?;
    assert_eq!(data["sessions"][1]["cookieless"], true);
    Ok(())
}
