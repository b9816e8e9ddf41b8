//! A locked, read-only or full database: the error says to retry, and nothing is lost.

use crate::house::{ADA, BOB, FIREFOX, House, PASSWORD, from, remembered};
use auth::{Auth, DAY, Db, Error, Grant, HOUR, testing};
use sqlx::{AnyConnection, Connection};

/// Returns Ada, signed in, beside a session that ended a day ago and is due for the sweep.
async fn ada(house: &House) -> Result<Grant, Error> {
    let over = house.sign_up(ADA).await?;
    house.auth.sign_out(Some(over.refresh_token.expose()), None).await?;
    house.clock.advance(DAY);
    house.sign_in(ADA).await
}

/// Asserts that every write fails with an error that says to retry.
async fn every_write_is_refused(house: &House, auth: &Auth, token: &str) -> Result<(), Error> {
    let (asking, client) = (house.look(token).await?, from(FIREFOX));
    let (signed_up, signed_in, refreshed, signed_out, swept) = tokio::join!(
        auth.sign_up(BOB, PASSWORD.into(), remembered()),
        auth.sign_in(ADA, PASSWORD.into(), remembered()),
        auth.sessions().refresh(token, &client, None),
        auth.sign_out(Some(token), asking.as_ref()),
        auth.upkeep().sweep(),
    );
    let failed = [signed_up.err(), signed_in.err(), refreshed.err(), signed_out.err(), swept.err()];
    for (what, error) in ["sign-up", "sign-in", "refresh", "sign-out", "sweep"].into_iter().zip(failed) {
        assert!(error.as_ref().is_some_and(Error::is_temporary), "{what}: {error:?}");
    }
    Ok(())
}

/// Asserts that nothing was written meanwhile and everything works again.
async fn nothing_was_lost(house: &House, token: &str) -> Result<(), Error> {
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 2);
    let renewed = house.refresh(token).await?;
    assert_eq!(house.row(&renewed.session.id).await?.generation, 1);
    house.sign_up(BOB).await?;
    Ok(())
}

#[tokio::test]
async fn while_the_database_is_locked_people_stay_signed_in() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = ada(&house).await?;
    let token = ada.refresh_token.expose();
    let bearer = house.bearer(&ada.session)?;

    let mut other = AnyConnection::connect(house.db.url()).await?;
    let lock: &[&str] = if testing::on_postgres() {
        &["BEGIN", "LOCK TABLE users, sessions IN EXCLUSIVE MODE"]
    } else {
        &["BEGIN IMMEDIATE"]
    };
    for statement in lock {
        sqlx::query(*statement).execute(&mut other).await?;
    }
    house.authenticate(&bearer).await?;
    every_write_is_refused(&house, &house.auth, token).await?;
    sqlx::query("ROLLBACK").execute(&mut other).await?;
    other.close().await?;
    nothing_was_lost(&house, token).await
}

#[tokio::test]
async fn a_use_that_cannot_be_recorded_stops_no_request() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = house.sign_up(ADA).await?;
    let bearer = house.bearer(&ada.session)?;
    let read_only = Auth::new(read_only(&house).await?, house.clock.clone(), testing::config())?;
    house.clock.advance(5 * auth::MINUTE);
    assert_eq!(read_only.sessions().authenticate(&bearer, &from(FIREFOX)).await?.id, ada.session.id);
    let seen = read_only.sessions().peek(ada.refresh_token.expose(), &from(FIREFOX)).await?.unwrap();
    assert_eq!(seen.last_seen_at, ada.session.last_seen_at, "as it stands in the row");
    Ok(())
}

async fn read_only(house: &House) -> Result<Db, Error> {
    let parameter = if testing::on_postgres() { "&options[default_transaction_read_only]=on" } else { "?mode=ro" };
    Db::connect(&format!("{}{parameter}", house.db.url())).await
}

#[tokio::test]
async fn while_the_database_is_read_only_people_stay_signed_in() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = ada(&house).await?;
    let token = ada.refresh_token.expose();
    let db = read_only(&house).await?;
    assert!(db.is_ready().await?, "it answers");
    let auth = Auth::new(db, house.clock.clone(), testing::config())?;
    assert_eq!(auth.sessions().authenticate(&house.bearer(&ada.session)?, &from(FIREFOX)).await?, ada.session);
    assert_eq!(auth.sessions().peek(token, &from(FIREFOX)).await?.as_ref(), Some(&ada.session));
    every_write_is_refused(&house, &auth, token).await?;
    nothing_was_lost(&house, token).await
}

#[tokio::test]
async fn while_the_disk_is_full_people_stay_signed_in() -> Result<(), Error> {
    if testing::on_postgres() {
        eprintln!("skipped: only SQLite can be told how large it may grow");
        return Ok(());
    }
    let house = House::with_connections().await?;
    house.sign_up(ADA).await?;
    let mut tx = house.db.write().await?;
    sqlx::query("PRAGMA max_page_count = 1").execute(&mut *tx).await?;
    tx.commit().await?;

    let mut last = house.sign_in(ADA).await?;
    let error = loop {
        match house.sign_in(ADA).await {
            Ok(grant) => last = grant,
            Err(error) => break error,
        }
        house.clock.advance(HOUR);
    };
    assert!(error.is_temporary(), "{error:?}");
    assert!(house.look(last.refresh_token.expose()).await?.is_some());
    let renewed = house.renew(&last).await?;
    assert_eq!(house.row(&renewed.session.id).await?.generation, 1, "what needs no more room goes on");
    Ok(())
}

#[tokio::test]
async fn a_missing_database_is_reported() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = house.sign_up(ADA).await?;
    house.db.close().await;
    for result in [
        house.renew(&ada).await.map(|_| ()),
        house.look(ada.refresh_token.expose()).await.map(|_| ()),
        house.authenticate(&house.bearer(&ada.session)?).await.map(|_| ()),
        house.auth.sign_out(Some(ada.refresh_token.expose()), None).await,
        house.sign_in(ADA).await.map(|_| ()),
        house.auth.upkeep().sweep().await.map(|_| ()),
    ] {
        assert!(result.as_ref().is_err_and(Error::is_temporary), "{result:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_stored_value_that_cannot_be_read_is_reported_as_corrupt() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let corrupt = |error: Option<Error>| match error {
        Some(Error::Corrupt(what)) => what,
        error => panic!("{error:?}"),
    };
    house.execute("UPDATE users SET password_hash = 'no hash' WHERE id = $1", &ada.session.user.id).await?;
    assert_eq!(corrupt(house.sign_in(ADA).await.err()), "a password hash");
    house.execute("UPDATE sessions SET salt = 'no salt' WHERE id = $1", &ada.session.id).await?;
    assert_eq!(corrupt(house.renew(&ada).await.err()), "the salt of a session");
    Ok(())
}
