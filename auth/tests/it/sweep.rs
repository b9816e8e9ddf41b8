//! The sweep of expired sessions.

use crate::house::{ADA, BOB, House, PASSWORD, refusal, unremembered};
use auth::{Client, DAY, Error, HOUR, Refusal};

/// Copies every session under a new id.
const DOUBLE: &str =
    "INSERT INTO sessions (id, user_id, salt, generation, rotated_at, user_agent, remembered, begun_at,
                          last_seen_at, idle_ms, expires_at, ends_at, ended_at)
     SELECT id || $1, user_id, salt, generation, rotated_at, user_agent, remembered, begun_at,
            last_seen_at, idle_ms, expires_at, ends_at, ended_at FROM sessions";

async fn double(house: &House, times: usize) -> Result<(), Error> {
    let mut tx = house.db.write().await?;
    for time in 0..times {
        sqlx::query(DOUBLE).bind(time.to_string()).execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

#[tokio::test]
async fn sessions_are_removed_a_day_after_their_end() -> Result<(), Error> {
    let house = House::new().await?;
    let kept = house.sign_up(ADA).await?;
    let signed_out = house.sign_in(ADA).await?;
    house.auth.sign_out(Some(signed_out.refresh_token.expose()), None).await?;
    house.clock.advance(DAY - 1);
    assert_eq!(house.auth.upkeep().sweep().await?, 0, "long enough to look up what an event of yesterday was about");
    house.clock.advance(1);
    assert_eq!(house.auth.upkeep().sweep().await?, 1);
    assert_eq!(house.auth.former_owner(Some(signed_out.refresh_token.expose()), None, &Client::default()).await?, None);
    assert_eq!(refusal(house.renew(&signed_out).await), Some(Refusal::NoSession));

    let expired = house.auth.sign_in(ADA, PASSWORD.into(), unremembered()).await?.expect_grant();
    house.clock.advance(12 * HOUR + DAY - 1);
    assert_eq!(house.auth.upkeep().sweep().await?, 0);
    house.clock.advance(1);
    assert_eq!(house.auth.upkeep().sweep().await?, 1);
    assert_eq!(refusal(house.renew(&expired).await), Some(Refusal::NoSession));
    house.renew(&kept).await?;
    Ok(())
}

#[tokio::test]
async fn the_sweep_works_in_small_batches() -> Result<(), Error> {
    let house = House::new().await?;
    let over = house.sign_up(ADA).await?;
    house.auth.sign_out(Some(over.refresh_token.expose()), None).await?;
    double(&house, 9).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 512);
    let kept = house.sign_up(BOB).await?;
    house.clock.advance(DAY);
    for batch in [200, 200, 112, 0, 0] {
        assert_eq!(house.auth.upkeep().sweep().await?, batch);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 1);
    house.renew(&kept).await?;
    Ok(())
}

#[tokio::test]
async fn a_sweep_without_due_rows_waits_for_no_writer() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let over = house.sign_up(ADA).await?;
    house.auth.sign_out(Some(over.refresh_token.expose()), None).await?;
    // SQLite has one writer, and this is it.
    let writing = house.db.write().await?;
    assert_eq!(house.auth.upkeep().sweep().await?, 0);
    drop(writing);
    house.clock.advance(DAY);
    assert_eq!(house.auth.upkeep().sweep().await?, 1);
    Ok(())
}
