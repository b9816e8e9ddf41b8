//! Lifetime and number of sessions, and their end from outside.

use crate::house::{ADA, BOB, FIREFOX, House, PASSWORD, from, refusal, unremembered};
use auth::{Auth, DAY, Error, HOUR, Lifetime, MINUTE, Refusal, SECOND, SESSIONS_PER_USER, testing};
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_fifty_first_session_ends_the_oldest() -> Result<(), Error> {
    let house = House::new().await?;
    let bob = house.sign_up(BOB).await?;
    let oldest = house.sign_up(ADA).await?;
    let bearer = house.bearer(&oldest.session)?;
    let mut second_oldest = None;
    for _ in 1..SESSIONS_PER_USER {
        house.clock.advance(SECOND);
        let grant = house.sign_in(ADA).await?;
        second_oldest.get_or_insert(grant);
    }
    house.authenticate(&bearer).await?;
    assert_eq!(house.end_reason(&oldest.session.id).await?, None, "fifty are fine");

    // Within the same millisecond the ids define the order.
    house.sign_in(ADA).await?;
    assert_eq!(house.end_reason(&oldest.session.id).await?.as_deref(), Some("too_many"));
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "at once");
    assert_eq!(refusal(house.renew(&oldest).await), Some(Refusal::NoSession));
    house.renew(&second_oldest.unwrap()).await?;
    house.renew(&bob).await?;
    let live = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    assert_eq!(house.count(live).await?, SESSIONS_PER_USER + 1, "Ada's fifty and Bob's");
    Ok(())
}

#[tokio::test]
async fn an_expired_session_does_not_count() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    for _ in 1..SESSIONS_PER_USER {
        house.auth.sign_in(ADA, PASSWORD.into(), unremembered()).await?.expect_grant();
    }
    house.clock.advance(12 * HOUR);
    for _ in 1..SESSIONS_PER_USER {
        house.sign_in(ADA).await?;
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions WHERE end_reason = 'too_many'").await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_remembered_session_ends_after_fourteen_days_unused() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    assert_eq!(first.session.ends_at(), testing::NEW_YEAR + 14 * DAY);
    house.clock.advance(14 * DAY - 1);
    let second = house.renew(&first).await?;
    house.clock.advance(14 * DAY);
    assert_eq!(house.look(second.refresh_token.expose()).await?, None);
    assert_eq!(refusal(house.renew(&second).await), Some(Refusal::NoSession));
    Ok(())
}

#[tokio::test]
async fn a_remembered_session_ends_after_ninety_days_however_much_it_is_used() -> Result<(), Error> {
    let house = House::new().await?;
    let mut grant = house.sign_up(ADA).await?;
    for _ in 0..8 {
        house.clock.advance(10 * DAY);
        grant = house.renew(&grant).await?;
    }
    house.clock.advance(10 * DAY - 1);
    grant = house.renew(&grant).await?;
    assert_eq!(grant.refresh_token.max_age(), Some(1));
    assert_eq!(grant.session.ends_at(), house.clock.now() + 1);
    assert!(house.look(grant.refresh_token.expose()).await?.is_some());
    house.clock.advance(1);
    assert_eq!(house.look(grant.refresh_token.expose()).await?, None);
    assert_eq!(refusal(house.renew(&grant).await), Some(Refusal::NoSession));
    Ok(())
}

#[tokio::test]
async fn an_unremembered_session_ends_after_twelve_hours() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let mut grant = house.auth.sign_in(ADA, PASSWORD.into(), unremembered()).await?.expect_grant();
    for _ in 0..11 {
        house.clock.advance(HOUR);
        grant = house.renew(&grant).await?;
        assert_eq!(grant.refresh_token.max_age(), None, "its cookie goes with the browser");
    }
    house.clock.advance(HOUR - 1);
    assert!(house.look(grant.refresh_token.expose()).await?.is_some());
    house.clock.advance(1);
    assert_eq!(house.look(grant.refresh_token.expose()).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_use_is_recorded_every_five_minutes_by_fetches_and_page_loads() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let (sid, token) = (&ada.session.id, ada.refresh_token.expose());
    let bearer = house.bearer(&ada.session)?;
    house.clock.advance(5 * MINUTE - 1);
    assert_eq!(house.look(token).await?.unwrap().last_seen_at, testing::NEW_YEAR);
    house.authenticate(&bearer).await?;
    assert_eq!(house.row(sid).await?.last_seen_at, testing::NEW_YEAR, "too soon to write");

    house.clock.advance(1);
    house.authenticate(&bearer).await?;
    let row = house.row(sid).await?;
    assert_eq!((row.last_seen_at, row.ends_at), (house.clock.now(), house.clock.now() + 14 * DAY));
    assert_eq!(house.authenticate(&bearer).await?.last_seen_at, house.clock.now(), "and is known at once");

    house.clock.advance(5 * MINUTE);
    assert_eq!(house.look(token).await?.unwrap().last_seen_at, house.clock.now());
    assert_eq!(house.row(sid).await?.last_seen_at, house.clock.now());
    assert_eq!(house.row(sid).await?.generation, 0, "a page load rotates nothing");
    Ok(())
}

#[tokio::test]
async fn page_loads_keep_a_session_alive_up_to_its_limit() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let token = ada.refresh_token.expose();
    for _ in 0..8 {
        house.clock.advance(10 * DAY);
        assert!(house.look(token).await?.is_some());
    }
    assert_eq!(house.row(&ada.session.id).await?.ends_at, ada.session.expires_at, "and not beyond");
    house.clock.advance(10 * DAY);
    assert_eq!(house.look(token).await?, None);
    Ok(())
}

#[tokio::test]
async fn short_sessions_record_their_use_more_often() -> Result<(), Error> {
    let house = House::new().await?;
    let short = Lifetime { idle: 10 * MINUTE, max: HOUR };
    let auth =
        Auth::new(house.db.clone(), house.clock.clone(), auth::Config { unremembered: short, ..testing::config() })?;
    let ada = auth.sign_up(ADA, PASSWORD.into(), unremembered()).await?.expect_grant();
    for _ in 0..20 {
        house.clock.advance(MINUTE);
        let seen = auth.sessions().peek(ada.refresh_token.expose(), &from(FIREFOX)).await?.unwrap();
        assert_eq!(seen.last_seen_at, house.clock.now());
    }
    Ok(())
}

/// Repeats requests with `bearer` until they are refused. Every request that starts one second after the change must
/// be.
async fn refused_within_a_second(house: &House, bearer: &str, changed: Instant) -> Option<Refusal> {
    loop {
        let asked = changed.elapsed();
        match house.authenticate(bearer).await {
            Ok(_) => assert!(asked < Duration::from_secs(1), "accepted after {asked:?}"),
            Err(error) => return refusal::<()>(Err(error)),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_change_by_another_process_counts_within_a_second() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let other_process = auth::Db::connect(house.db.url()).await?;
    let change = async |statement: &'static str, id: &str| {
        let mut tx = other_process.write().await?;
        sqlx::query(statement).bind(id).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok::<_, Error>(Instant::now())
    };
    let ada = house.sign_up(ADA).await?;
    let bearer = house.bearer(&ada.session)?;

    house.authenticate(&bearer).await?;
    let changed = change("UPDATE users SET disabled_at = 1 WHERE id = $1", ada.session.user.id.as_str()).await?;
    assert_eq!(refused_within_a_second(&house, &bearer, changed).await, Some(Refusal::Disabled));

    let changed = change("UPDATE users SET disabled_at = NULL WHERE id = $1", ada.session.user.id.as_str()).await?;
    while house.authenticate(&bearer).await.is_err() {
        assert!(changed.elapsed() < Duration::from_secs(10), "enabled again, but still refused");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let changed = change("UPDATE sessions SET ended_at = 1 WHERE id = $1", ada.session.id.as_str()).await?;
    assert_eq!(refused_within_a_second(&house, &bearer, changed).await, Some(Refusal::NoSession));

    let again = house.sign_in(ADA).await?;
    let bearer = house.bearer(&again.session)?;
    house.authenticate(&bearer).await?;
    let changed = change("DELETE FROM users WHERE id = $1", ada.session.user.id.as_str()).await?;
    assert_eq!(refused_within_a_second(&house, &bearer, changed).await, Some(Refusal::NoSession));
    other_process.close().await;
    Ok(())
}
