//! Requests besides sign-ins that a client repeats until it has to wait: sign-ups, requests for mail, refresh tokens.

use crate::house::{ADA, BOB, FIREFOX, PASSWORD, SAFARI, from, from_address, remembered};
use crate::throttle::{NOBODY, config, strict, wait};
use auth::testing::{self, NEW_YEAR};
use auth::{Auth, Clock, Config, Error, NewSession, SECOND, SignIn};

#[tokio::test]
async fn sign_ups_from_one_address_wait() -> Result<(), Error> {
    let house = strict().await?;
    let client = || from_address(FIREFOX, [192, 0, 2, 7]);
    for number in 0..6 {
        let new = NewSession { client: client(), ..remembered() };
        house.auth.sign_up(&format!("person-{number}@example.com"), PASSWORD.into(), new).await?.expect_grant();
    }
    let new = NewSession { client: client(), ..remembered() };
    assert_eq!(wait(house.auth.sign_up(ADA, PASSWORD.into(), new).await), Some(SECOND));
    let elsewhere = NewSession { client: from_address(FIREFOX, [192, 0, 2, 8]), ..remembered() };
    house.auth.sign_up(ADA, PASSWORD.into(), elsewhere).await?.expect_grant();
    Ok(())
}

#[tokio::test]
async fn sign_ups_cannot_flood_a_mailbox_where_addresses_are_verified_first() -> Result<(), Error> {
    let db = testing::database_with_connections().await?;
    let clock = Clock::hand_set(NEW_YEAR);
    let auth = Auth::new(db.clone(), clock.clone(), Config { require_verified_email: true, ..config() })?;
    let from_last = |last| NewSession { client: from_address(FIREFOX, [192, 0, 2, last]), ..remembered() };
    for last in 0..4 {
        assert!(matches!(auth.sign_up(ADA, PASSWORD.into(), from_last(last)).await?, SignIn::Unverified));
    }
    assert_eq!(wait(auth.sign_up(ADA, PASSWORD.into(), from_last(9)).await), Some(SECOND));
    Ok(())
}

#[tokio::test]
async fn requested_mail_is_throttled_for_known_and_unknown_addresses_alike() -> Result<(), Error> {
    let house = strict().await?;
    house.sign_up(ADA).await?;
    for email in [ADA, NOBODY] {
        for _ in 0..4 {
            house.auth.links().request_reset(email, from(SAFARI)).await?;
        }
        assert_eq!(wait(house.auth.links().request_reset(email, from(SAFARI)).await), Some(SECOND), "{email}");
    }
    assert_eq!(house.guess(ADA, from(SAFARI)).await, None, "signing in is another matter");
    for number in 0..6 {
        let client = from_address(SAFARI, [192, 0, 2, 66]);
        house.auth.links().request_reset(&format!("person-{number}@example.com"), client).await?;
    }
    let flood = house.auth.links().request_reset(BOB, from_address(SAFARI, [192, 0, 2, 66])).await;
    assert_eq!(wait(flood), Some(SECOND));
    Ok(())
}

#[tokio::test]
async fn a_session_cannot_flood_a_mailbox() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?.session;
    for _ in 0..4 {
        house.auth.account(&ada).send_verification(&from(FIREFOX)).await?;
        house.auth.account(&ada).request_address_change("ada@example.org", &from(FIREFOX)).await?;
    }
    assert_eq!(wait(house.auth.account(&ada).send_verification(&from(FIREFOX)).await), Some(SECOND));
    let change = house.auth.account(&ada).request_address_change("ada@example.org", &from(FIREFOX)).await;
    assert_eq!(wait(change), Some(SECOND));
    Ok(())
}

#[tokio::test]
async fn forged_refresh_tokens_beside_the_session_of_a_page_finally_cost_no_read() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?;
    let thief = from_address(SAFARI, [192, 0, 2, 66]);
    let forged = house.sign_up(BOB).await?.refresh_token.expose().replace(|last: char| last.is_ascii_digit(), "A");
    let ask = async || house.auth.sessions().require_page_of_token(&forged, ada.session.id.as_str(), &thief).await;
    for _ in 0..6 {
        assert!(matches!(ask().await, Err(Error::SessionChanged)));
    }
    house.db.close().await;
    assert_eq!(wait(ask().await), Some(SECOND));
    Ok(())
}

#[tokio::test]
async fn forged_refresh_tokens_cost_no_write_and_finally_no_read() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?;
    let thief = from_address(SAFARI, [192, 0, 2, 66]);
    let forged = house.sign_up(BOB).await?.refresh_token.expose().replace(|last: char| last.is_ascii_digit(), "A");
    for _ in 0..6 {
        assert!(matches!(house.auth.sessions().refresh(&forged, &thief, None).await, Err(Error::Unauthenticated(_))));
    }
    assert_eq!(wait(house.auth.sessions().refresh(&forged, &thief, None).await), Some(SECOND));
    let beside_a_page = house.auth.sessions().require_page_of_token(&forged, ada.session.id.as_str(), &thief).await;
    assert_eq!(wait(beside_a_page), Some(SECOND), "nor does one beside the session of a page");
    assert_eq!(house.count("SELECT COUNT(*) FROM throttle").await?, 0);
    let owner = from_address(FIREFOX, [192, 0, 2, 7]);
    house.auth.sessions().refresh(ada.refresh_token.expose(), &owner, None).await?;
    assert_eq!(house.throttled_events().await?, ["throttled refused refresh_token"]);
    Ok(())
}
