//! The list of a person's sessions, and ending them from another one.

use crate::house::{ADA, BOB, FIREFOX, House, PASSWORD, SAFARI, from_address, refusal, unremembered};
use auth::{
    Error, Grant, HOUR, MINUTE, NewSession, Refusal, SECOND, SignIn,
    testing::{self, RECENT},
};

/// Signs in from Safari at an address.
async fn in_safari(house: &House, email: &str, address: [u8; 4]) -> Result<Grant, Error> {
    let client = from_address(SAFARI, address);
    house.auth.sign_in(email, PASSWORD.into(), NewSession { client, ..unremembered() }).await.map(SignIn::expect_grant)
}

#[tokio::test]
async fn every_live_session_is_listed_and_this_one_first() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let ended = house.sign_in(ADA).await?;
    house.auth.sign_out(Some(ended.refresh_token.expose()), None).await?;
    let expired = house.auth.sign_in(ADA, PASSWORD.into(), unremembered()).await?.expect_grant();
    house.clock.advance(12 * HOUR);
    house.sign_up(BOB).await?;
    let older = house.sign_in(ADA).await?;
    house.clock.advance(SECOND);
    let newer = in_safari(&house, ADA, [192, 0, 2, 7]).await?;

    let devices = house.auth.sessions().list(&ada.session).await?;
    let ids: Vec<_> = devices.iter().map(|device| &device.id).collect();
    assert_eq!(ids, [&ada.session.id, &newer.session.id, &older.session.id], "not {}", expired.session.id);
    assert_eq!(devices.iter().map(|device| device.is_this).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!((devices[0].begun_at, devices[0].last_seen_at), (testing::NEW_YEAR, testing::NEW_YEAR));
    assert_eq!((devices[0].user_agent.as_str(), devices[0].address.as_deref()), (FIREFOX, None));
    assert_eq!((devices[1].user_agent.as_str(), devices[1].address.as_deref()), (SAFARI, Some("192.0.2.7")));
    Ok(())
}

#[tokio::test]
async fn the_address_of_a_session_is_that_of_its_last_use() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let ada = in_safari(&house, ADA, [192, 0, 2, 1]).await?;
    let token = ada.refresh_token.expose();
    let address = async || {
        let devices = house.auth.sessions().list(&ada.session).await?;
        Ok::<_, Error>(devices[0].address.clone().unwrap_or_default())
    };
    assert_eq!(address().await?, "192.0.2.1", "at the sign-in");
    house.clock.advance(5 * MINUTE);
    house.auth.sessions().peek(token, &from_address(SAFARI, [192, 0, 2, 2])).await?;
    assert_eq!(address().await?, "192.0.2.2", "on a page load");
    house.clock.advance(5 * MINUTE);
    let bearer = house.bearer(&ada.session)?;
    house.auth.sessions().authenticate(&bearer, &from_address(SAFARI, [192, 0, 2, 3])).await?;
    assert_eq!(address().await?, "192.0.2.3", "on a fetch");
    house.auth.sessions().refresh(token, &from_address(SAFARI, [192, 0, 2, 4]), None).await?;
    assert_eq!(address().await?, "192.0.2.4", "on a renewal");
    house.clock.advance(5 * MINUTE);
    house.auth.sessions().authenticate(&house.bearer(&ada.session)?, &crate::house::from(SAFARI)).await?;
    assert_eq!(address().await?, "192.0.2.4", "what is not known changes nothing");
    Ok(())
}

#[tokio::test]
async fn an_ended_session_is_refused_at_once() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let lost = house.sign_in(ADA).await?;
    let third = house.sign_in(ADA).await?;
    let bearer = house.bearer(&lost.session)?;
    assert_eq!(house.authenticate(&bearer).await?.id, lost.session.id);

    house.auth.sessions().end(&ada.session, &lost.session.id).await?;
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "its access token too");
    assert_eq!(refusal(house.renew(&lost).await), Some(Refusal::NoSession));
    assert_eq!(house.look(lost.refresh_token.expose()).await?, None);
    assert_eq!(house.end_reason(&lost.session.id).await?.as_deref(), Some("revoked"));
    house.renew(&ada).await?;
    house.renew(&third).await?;

    let event = house.events().await?.into_iter().find(|event| event.kind == "session_ended").unwrap();
    assert_eq!(event.told(), "session_ended done revoked");
    assert_eq!((event.user_id, event.session_id), (Some(ada.session.user.id), Some(lost.session.id)));
    assert_eq!(event.device.as_deref(), Some(FIREFOX), "of whoever ended it");
    Ok(())
}

#[tokio::test]
async fn a_person_cannot_end_another_persons_session() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    let over = house.sign_in(ADA).await?;
    house.auth.sessions().end(&ada.session, &over.session.id).await?;
    let told = house.told().await?;
    for id in [over.session.id.as_str(), "", "' OR 1=1 --", "nobody's"] {
        let refused = house.auth.sessions().end(&ada.session, &id.into()).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{id}: {refused:?}");
    }
    assert_eq!(house.told().await?, told, "nothing happened");
    let refused = house.auth.sessions().end(&ada.session, &bob.session.id).await;
    assert!(matches!(refused, Err(Error::NotFound)), "which nobody learns: {refused:?}");
    house.renew(&bob).await?;
    Ok(())
}

#[tokio::test]
async fn asking_for_another_persons_session_is_an_event() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    let over = house.sign_in(BOB).await?;
    house.auth.sign_out(Some(over.refresh_token.expose()), None).await?;
    let before = house.events().await?.len();
    for id in [&bob.session.id, &over.session.id] {
        assert!(house.auth.sessions().end(&ada.session, id).await.is_err());
        house.auth.upkeep().settle().await;
    }
    house.clock.advance(RECENT + 1);
    let refused = house.auth.sessions().end(&ada.session, &bob.session.id).await;
    assert!(matches!(refused, Err(Error::ReauthenticationRequired)), "before anything is looked for");
    let events = house.events().await?.split_off(before);
    assert_eq!(events.len(), 2);
    for event in events {
        assert_eq!(event.told(), "access_refused refused session");
        assert_eq!(
            (&event.user_id, &event.session_id),
            (&Some(ada.session.user.id.clone()), &Some(ada.session.id.clone()))
        );
        assert_eq!(event.device.as_deref(), Some(FIREFOX));
    }
    Ok(())
}

#[tokio::test]
async fn a_person_can_end_the_current_session() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.auth.sessions().end(&ada.session, &ada.session.id).await?;
    assert_eq!(refusal(house.renew(&ada).await), Some(Refusal::NoSession));
    Ok(())
}

#[tokio::test]
async fn all_others_end_and_this_one_stays() -> Result<(), Error> {
    let house = House::new().await?;
    let bob = house.sign_up(BOB).await?;
    let mut others = vec![house.sign_up(ADA).await?, house.sign_in(ADA).await?];
    let over = house.sign_in(ADA).await?;
    house.auth.sign_out(Some(over.refresh_token.expose()), None).await?;
    let ada = house.sign_in(ADA).await?;
    others.push(house.sign_in(ADA).await?);
    let mut bearers = Vec::new();
    for other in &others {
        let bearer = house.bearer(&other.session)?;
        house.authenticate(&bearer).await?;
        bearers.push(bearer);
    }
    assert_eq!(house.auth.sessions().end_others(&ada.session).await?, 3);
    for (other, bearer) in others.iter().zip(&bearers) {
        assert_eq!(refusal(house.authenticate(bearer).await), Some(Refusal::NoSession));
        assert_eq!(refusal(house.renew(other).await), Some(Refusal::NoSession));
        assert_eq!(house.end_reason(&other.session.id).await?.as_deref(), Some("revoked"));
    }
    assert_eq!(house.end_reason(&over.session.id).await?.as_deref(), Some("signed_out"), "as it was");
    assert_eq!(house.auth.sessions().end_others(&ada.session).await?, 0);
    let told = house.told().await?;
    assert_eq!(told.iter().filter(|told| *told == "session_ended done revoked").count(), 3);
    house.renew(&ada).await?;
    house.renew(&bob).await?;
    Ok(())
}

#[tokio::test]
async fn a_password_is_recent_for_exactly_ten_minutes() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let one = house.sign_in(ADA).await?;
    let other = house.sign_in(ADA).await?;
    house.clock.advance(RECENT);
    assert!(ada.session.is_recent(house.clock.now(), RECENT));
    house.auth.sessions().end(&ada.session, &one.session.id).await?;
    house.clock.advance(1);
    assert!(!ada.session.is_recent(house.clock.now(), RECENT));
    // A refresh proves nothing.
    let renewed = house.renew(&ada).await?.session;
    for refused in [
        house.auth.sessions().end(&renewed, &other.session.id).await,
        house.auth.sessions().end(&renewed, &"nobody's".into()).await,
        house.auth.sessions().end_others(&renewed).await.map(|_| ()),
        house.auth.account(&renewed).delete(ADA, &from_address(FIREFOX, [192, 0, 2, 1])).await,
    ] {
        assert!(matches!(refused, Err(Error::ReauthenticationRequired)), "{refused:?}");
    }
    house.renew(&other).await?;
    let proved = house.auth.account(&renewed).reauthenticate(PASSWORD.into(), unremembered()).await?;
    house.auth.sessions().end(&proved.session, &other.session.id).await?;
    Ok(())
}
