//! Refresh: the result of presenting a refresh token.

use crate::house::{ADA, BOB, FIREFOX, House, SAFARI, from, refusal};
use auth::{DAY, Error, HOUR, MINUTE, Refusal, SECOND};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// Returns whether `token` is current and its session live.
async fn still_stands(house: &House, token: &str) -> Result<bool, Error> {
    Ok(house.look(token).await?.is_some())
}

#[tokio::test]
async fn the_current_token_rotates() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    house.clock.advance(10 * DAY);
    let second = house.renew(&first).await?;
    assert_ne!(second.refresh_token.expose(), first.refresh_token.expose());
    assert_eq!(second.session.id, first.session.id);
    assert_eq!(second.session.begun_at, first.session.begun_at);
    assert_eq!(second.session.last_seen_at, house.clock.now());
    assert_eq!(second.refresh_token.max_age(), Some(80 * DAY), "the cookie lives as long as the session may");
    let row = house.row(&first.session.id).await?;
    assert_eq!((row.generation, row.rotated_at, row.last_seen_at), (1, house.clock.now(), house.clock.now()));
    assert_eq!(row.ends_at, house.clock.now() + 14 * DAY);
    house.renew(&house.renew(&second).await?).await?;
    assert_eq!(house.row(&first.session.id).await?.generation, 3);
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_is_repeated_for_thirty_seconds() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    house.clock.advance(HOUR);
    let answer = house.renew(&first).await?;
    for wait in [0, 10 * SECOND, 20 * SECOND] {
        house.clock.advance(wait);
        let repeated = house.renew(&first).await?;
        assert_eq!(repeated.refresh_token.expose(), answer.refresh_token.expose());
    }
    let row = house.row(&first.session.id).await?;
    assert_eq!((row.generation, row.late_at), (1, None), "a repeat in time writes nothing");
    house.renew(&answer).await?;
    Ok(())
}

#[tokio::test]
async fn a_repeat_may_be_late_once_a_day() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let second = house.renew(&first).await?;
    house.clock.advance(30 * SECOND + 1);
    assert_eq!(house.renew(&first).await?.refresh_token.expose(), second.refresh_token.expose());
    assert_eq!(house.row(&first.session.id).await?.late_at, Some(house.clock.now()));

    let third = house.renew(&second).await?;
    house.clock.advance(DAY);
    assert_eq!(house.renew(&second).await?.refresh_token.expose(), third.refresh_token.expose(), "a day after");
    let fourth = house.renew(&third).await?;
    house.clock.advance(DAY - 1);
    assert_eq!(refusal(house.renew(&third).await), Some(Refusal::Replayed), "a moment before a day is over");
    assert_eq!(refusal(house.renew(&fourth).await), Some(Refusal::NoSession));
    Ok(())
}

#[tokio::test]
async fn a_late_repeat_counts_as_a_use() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    house.renew(&first).await?;
    house.clock.advance(14 * DAY - MINUTE);
    let late = house.renew(&first).await?;
    assert_eq!(late.session.last_seen_at, house.clock.now());
    house.clock.advance(2 * MINUTE);
    house.renew(&late).await?;
    Ok(())
}

#[tokio::test]
async fn garbage_costs_nothing_and_ends_nothing() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let bob = house.sign_up(BOB).await?;
    let token = ada.refresh_token.expose();
    let before = house.row(&ada.session.id).await?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).unwrap();
    let bobs = BASE64_URL_SAFE_NO_PAD.decode(bob.refresh_token.expose()).unwrap();
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);

    // version ‖ key id (4) ‖ sid (16) ‖ n (8) ‖ MAC (32)
    let next_generation = [&bytes[..28], &[1], &bytes[29..]].concat();
    let negative_generation = [&bytes[..21], &[0xff; 8], &bytes[29..]].concat();
    let other_session = [&bytes[..5], &bobs[5..21], &bytes[21..]].concat();
    let other_version = [&[2], &bytes[1..]].concat();
    let no_mac = [&bytes[..29], &[0; 32]].concat();
    for forged in [next_generation, negative_generation, other_session, other_version, no_mac] {
        assert_eq!(refusal(house.refresh(&encode(&forged)).await), Some(Refusal::Forged), "{forged:?}");
        assert_eq!(house.look(&encode(&forged)).await?, None);
    }
    let nobodys_session = [&bytes[..5], &[7; 16], &bytes[21..]].concat();
    assert_eq!(refusal(house.refresh(&encode(&nobodys_session)).await), Some(Refusal::NoSession));
    for garbage in [
        "",
        " ",
        "x",
        "🦊",
        "null",
        &token[..token.len() - 1],
        &token[1..],
        &format!("{token}A"),
        "=".repeat(82).as_str(),
    ] {
        assert_eq!(refusal(house.refresh(garbage).await), Some(Refusal::Forged), "{garbage:?}");
        assert_eq!(house.look(garbage).await?, None);
    }
    assert_eq!(house.row(&ada.session.id).await?, before, "nothing was written");
    house.renew(&ada).await?;
    house.renew(&bob).await?;
    Ok(())
}

#[tokio::test]
async fn sessions_and_users_that_are_gone_are_refused() -> Result<(), Error> {
    let house = House::new().await?;
    let ended = house.sign_up(ADA).await?;
    house.auth.sign_out(Some(ended.refresh_token.expose()), None).await?;
    let deleted = house.sign_in(ADA).await?;
    house.execute("DELETE FROM sessions WHERE id = $1", &deleted.session.id).await?;
    let of_deleted = house.sign_up(BOB).await?;
    house.execute("DELETE FROM users WHERE id = $1", &of_deleted.session.user.id).await?;
    let expired = house.sign_in(ADA).await?;
    house.clock.advance(14 * DAY);
    for grant in [ended, deleted, of_deleted, expired] {
        assert_eq!(refusal(house.renew(&grant).await), Some(Refusal::NoSession));
        assert_eq!(house.look(grant.refresh_token.expose()).await?, None);
    }
    Ok(())
}

#[tokio::test]
async fn a_disabled_user_is_refused_and_loses_nothing() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let second = house.renew(&first).await?;
    house.disable(&first.session.user.id).await?;
    let before = house.row(&first.session.id).await?;
    house.clock.advance(HOUR);
    for grant in [&first, &second] {
        assert_eq!(refusal(house.renew(grant).await), Some(Refusal::Disabled));
        assert_eq!(house.look(grant.refresh_token.expose()).await?, None);
    }
    assert_eq!(house.row(&first.session.id).await?, before);
    house.execute("UPDATE users SET disabled_at = NULL WHERE id = $1", &first.session.user.id).await?;
    house.renew(&second).await?;
    Ok(())
}

#[tokio::test]
async fn a_page_of_another_session_writes_nothing() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let other = house.sign_up(BOB).await?;
    let second = house.renew(&first).await?;
    house.clock.advance(HOUR);
    let before = house.row(&first.session.id).await?;
    // The current token, a late one and a replayed one.
    for (token, user_agent) in [(&second, FIREFOX), (&first, FIREFOX), (&first, SAFARI)] {
        for page in [other.session.id.as_str(), "", "garbage"] {
            let answer =
                house.auth.sessions().refresh(token.refresh_token.expose(), &from(user_agent), Some(page)).await;
            assert!(matches!(answer, Err(Error::SessionChanged)), "{page:?}: {answer:?}");
        }
    }
    assert_eq!(house.row(&first.session.id).await?, before);
    let own = house
        .auth
        .sessions()
        .refresh(second.refresh_token.expose(), &from(FIREFOX), Some(first.session.id.as_str()))
        .await?;
    assert_eq!(house.row(&own.session.id).await?.generation, 2);
    Ok(())
}

#[tokio::test]
async fn an_updated_browser_keeps_its_session() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let updated = house.auth.sessions().refresh(first.refresh_token.expose(), &from(SAFARI), None).await?;
    assert_eq!(house.row(&first.session.id).await?.user_agent, SAFARI);
    let repeated = house.auth.sessions().refresh(first.refresh_token.expose(), &from(SAFARI), None).await?;
    assert_eq!(
        repeated.refresh_token.expose(),
        updated.refresh_token.expose(),
        "a repeat is compared with who rotated"
    );
    Ok(())
}

#[tokio::test]
async fn a_user_agent_is_compared_as_far_as_it_is_stored() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let long = "ä".repeat(256);
    let cut = from(&format!("\u{0}{long}\r\nthis is cut"));
    let second = house.auth.sessions().refresh(first.refresh_token.expose(), &cut, None).await?;
    assert_eq!(house.row(&first.session.id).await?.user_agent, long);
    let cut = from(&format!("{long}that also"));
    let repeated = house.auth.sessions().refresh(first.refresh_token.expose(), &cut, None).await?;
    assert_eq!(repeated.refresh_token.expose(), second.refresh_token.expose());
    Ok(())
}

#[tokio::test]
async fn a_page_load_accepts_exactly_what_a_refresh_would_accept() -> Result<(), Error> {
    let house = House::new().await?;
    // Time since the rotation, whether a late repeat was used, generation, and client.
    for wait in [0, 10 * SECOND, 30 * SECOND, 30 * SECOND + 1, DAY - 1, DAY, 14 * DAY - 1, 14 * DAY] {
        for late_before in [false, true] {
            for age in 0..3 {
                for user_agent in [FIREFOX, SAFARI] {
                    let mut grants = vec![house.sign_up(&format!("{}@example.com", uuid::Uuid::now_v7())).await?];
                    grants.insert(0, house.renew(&grants[0]).await?);
                    if late_before {
                        house.clock.advance(MINUTE);
                        house.renew(&grants[1]).await?;
                    }
                    grants.insert(0, house.renew(&grants[0]).await?);
                    house.clock.advance(wait);
                    let token = grants[age].refresh_token.expose();
                    let before = house.row(&grants[0].session.id).await?;
                    let seen = house.auth.sessions().peek(token, &from(user_agent)).await?;
                    let row = house.row(&grants[0].session.id).await?;
                    assert_eq!((row.generation, row.late_at, row.ended_at), (2, before.late_at, before.ended_at));
                    let accepted = house.auth.sessions().refresh(token, &from(user_agent), None).await;
                    let what = format!("after {wait}, late before: {late_before}, age {age}, {user_agent}");
                    assert_eq!(seen.is_some(), accepted.is_ok(), "{what}: {accepted:?}");
                    if let (Some(seen), Ok(accepted)) = (seen, accepted) {
                        assert_eq!(seen.id, accepted.session.id, "{what}");
                    }
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_page_load_with_a_replayed_token_ends_nothing() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let third = house.renew(&house.renew(&first).await?).await?;
    house.clock.advance(MINUTE);
    assert_eq!(house.look(first.refresh_token.expose()).await?, None);
    assert!(still_stands(&house, third.refresh_token.expose()).await?);
    assert_eq!(house.end_reason(&first.session.id).await?, None);
    Ok(())
}
