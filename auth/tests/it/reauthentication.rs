//! Re-authentication with the password.

use crate::house::{
    ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, holding, refusal, remembered, unremembered, violations,
};
use auth::{Argon2Cost, Auth, Config, Error, HOUR, Refusal, Violation, testing};

#[tokio::test]
async fn a_reauthentication_replaces_the_session() -> Result<(), Error> {
    let house = House::new().await?;
    let old = house.sign_up(ADA).await?;
    let elsewhere = house.sign_in(ADA).await?;
    house.clock.advance(HOUR);
    let bearer = house.bearer(&old.session)?;
    house.authenticate(&bearer).await?;
    let token = old.refresh_token.expose();
    let new = house.auth.account(&old.session).reauthenticate(PASSWORD.into(), holding(token)).await?;

    assert_ne!(new.session.id, old.session.id);
    assert_eq!(new.session.user, old.session.user);
    assert_eq!(new.session.begun_at, house.clock.now(), "which is its proof's age");
    assert!(house.auth.sessions().end_others(&old.session).await.is_err(), "the old one proves nothing any more");
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "at once");
    assert_eq!(refusal(house.renew(&old).await), Some(Refusal::NoSession), "a copied cookie does not live on");
    assert_eq!(house.end_reason(&old.session.id).await?.as_deref(), Some("superseded"));
    house.renew(&new).await?;
    house.renew(&elsewhere).await?;

    let events = house.events().await?;
    let told: Vec<String> = events[2..].iter().map(crate::house::EventRow::told).collect();
    assert_eq!(told[..2], ["session_ended done superseded", "reauthenticated done"]);
    assert_eq!(events[3].session_id.as_ref(), Some(&new.session.id));
    assert_eq!(events[3].device.as_deref(), Some(FIREFOX));
    Ok(())
}

#[tokio::test]
async fn the_new_session_is_as_remembered_as_the_old_one() -> Result<(), Error> {
    let house = House::new().await?;
    let kept = house.sign_up(ADA).await?;
    let kept = house.auth.account(&kept.session).reauthenticate(PASSWORD.into(), unremembered()).await?;
    assert!(kept.session.remembered && kept.refresh_token.max_age().is_some());

    let short = house.auth.sign_in(ADA, PASSWORD.into(), unremembered()).await?.expect_grant();
    let short = house.auth.account(&short.session).reauthenticate(PASSWORD.into(), remembered()).await?;
    assert!(!short.session.remembered);
    assert_eq!(short.refresh_token.max_age(), None, "its cookie goes with the browser");
    assert_eq!(short.session.expires_at, house.clock.now() + 12 * HOUR);
    Ok(())
}

#[tokio::test]
async fn another_password_proves_nothing_and_costs_no_session() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.auth.sign_up(BOB, NEW_PASSWORD.into(), remembered()).await?.expect_grant();
    for wrong in [NEW_PASSWORD, "", "Kettle orbit mango 42"] {
        let refused = house.auth.account(&ada.session).reauthenticate(wrong.into(), remembered()).await;
        assert_eq!(violations(refused), [Violation::CurrentPassword], "{wrong:?}");
    }
    assert_eq!(house.authenticate(&house.bearer(&ada.session)?).await?, ada.session);
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 2);
    let events = house.events().await?;
    assert_eq!(events.len(), 5);
    for event in &events[2..] {
        assert_eq!(event.told(), "reauthenticated refused");
        assert_eq!(event.session_id.as_ref(), Some(&ada.session.id));
    }
    Ok(())
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_stays_ended() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let lost = house.sign_in(ADA).await?;
    house.auth.sessions().end(&ada.session, &lost.session.id).await?;
    let refused = house.auth.account(&lost.session).reauthenticate(PASSWORD.into(), remembered()).await;
    assert_eq!(refusal(refused), Some(Refusal::NoSession));
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 2);

    house.disable(&ada.session.user.id).await?;
    let refused = house.auth.account(&ada.session).reauthenticate(PASSWORD.into(), remembered()).await;
    assert_eq!(refusal(refused), Some(Refusal::Disabled));
    house.execute("DELETE FROM users WHERE id = $1", &ada.session.user.id).await?;
    let refused = house.auth.account(&ada.session).reauthenticate(PASSWORD.into(), remembered()).await;
    assert_eq!(refusal(refused), Some(Refusal::NoSession));
    Ok(())
}

#[tokio::test]
async fn a_reauthentication_ends_the_session_that_the_browser_held() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    let bobs = bob.refresh_token.expose();
    house.auth.account(&ada.session).reauthenticate(PASSWORD.into(), holding(bobs)).await?;
    for session in [&ada.session, &bob.session] {
        assert_eq!(house.end_reason(&session.id).await?.as_deref(), Some("superseded"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_two_racing_reauthentications_succeeds() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = house.sign_up(ADA).await?;
    let prove = || house.auth.account(&ada.session).reauthenticate(PASSWORD.into(), remembered());
    let (one, other) = tokio::join!(prove(), prove());
    let (granted, refused): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
    assert_eq!((granted.len(), refused.len()), (1, 1));
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_raised_cost_hashes_the_password_anew() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let dearer = Config { argon2: Argon2Cost { memory_kib: 128, passes: 2, lanes: 1 }, ..testing::config() };
    let dearer = Auth::new(house.db.clone(), house.clock.clone(), dearer)?;
    dearer.account(&ada.session).reauthenticate(PASSWORD.into(), remembered()).await?;
    let dear = "SELECT COUNT(*) FROM users WHERE password_hash LIKE '$argon2id$v=19$m=128,t=2,p=1$%'";
    assert_eq!(house.count(dear).await?, 1);
    house.sign_in(ADA).await?;
    Ok(())
}
