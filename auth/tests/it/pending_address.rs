//! A pending change of address.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_ADDRESS, from};
use crate::letterbox::{NOTHING, mail, problem};
use crate::throttle;
use auth::{Error, HOUR, LinkProblem, LinkProof, LinkPurpose, MINUTE, PendingAddress, SECOND, Session};

const CONFIRM: &str = "/confirm_address";

async fn request(house: &House, session: &Session, new: &str) -> Result<(), Error> {
    house.auth.account(session).request_address_change(new, &from(FIREFOX)).await
}

async fn send_again(house: &House, session: &Session) -> Result<(), Error> {
    house.auth.account(session).send_confirmation_again(&from(FIREFOX)).await
}

#[tokio::test]
async fn a_change_is_pending_until_confirmed_cancelled_or_expired() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, bob) = (house.sign_up(ADA).await?.session, house.sign_up(BOB).await?.session);
    house.mails().await?;
    assert_eq!(house.auth.account(&ada).pending_address().await?, None);
    request(&house, &ada, NEW_ADDRESS).await?;
    let until = house.clock.now() + 24 * HOUR;
    assert_eq!(
        house.auth.account(&ada).pending_address().await?,
        Some(PendingAddress { address: NEW_ADDRESS.into(), until })
    );
    assert_eq!(house.auth.account(&bob).pending_address().await?, None, "it is hers");
    house.clock.advance(48 * HOUR);
    assert_eq!(house.auth.account(&ada).pending_address().await?, None, "too late");

    let ada = house.sign_in(ADA).await?.session;
    request(&house, &ada, NEW_ADDRESS).await?;
    let link = house.mailed_token(CONFIRM).await?;
    house.auth.links().confirm_address_change(&link, LinkProof::Session(ada.clone()), &from(FIREFOX)).await?;
    assert_eq!(house.auth.account(&ada).pending_address().await?, None, "confirmed");
    Ok(())
}

#[tokio::test]
async fn a_taken_address_is_pending_like_any_other() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?.session;
    house.sign_up(BOB).await?;
    house.mails().await?;
    request(&house, &ada, BOB).await?;
    let until = house.clock.now() + 24 * HOUR;
    assert_eq!(house.auth.account(&ada).pending_address().await?, Some(PendingAddress { address: BOB.into(), until }));
    house.clock.advance(2 * MINUTE);
    house.mails().await?;
    send_again(&house, &ada).await?;
    assert_eq!(house.post().await?, [mail(BOB, "address_taken")]);
    let until = house.clock.now() + 24 * HOUR;
    assert_eq!(house.auth.account(&ada).pending_address().await?, Some(PendingAddress { address: BOB.into(), until }));
    Ok(())
}

#[tokio::test]
async fn another_mail_does_not_reveal_whether_the_address_is_taken() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?.session;
    house.sign_up(BOB).await?;
    for (address, subject) in [(NEW_ADDRESS, "confirm_address"), (BOB, "address_taken")] {
        house.mails().await?;
        request(&house, &ada, address).await?;
        house.clock.advance(2 * MINUTE);
        assert_eq!(house.post().await?, [mail(address, subject)]);
        send_again(&house, &ada).await?;
        let until = house.clock.now() + 24 * HOUR;
        assert_eq!(
            house.auth.account(&ada).pending_address().await?,
            Some(PendingAddress { address: address.into(), until })
        );
        assert_eq!(house.post().await?, [mail(address, subject)], "the first is two minutes old, whenever it was sent");
    }
    Ok(())
}

#[tokio::test]
async fn cancelling_voids_a_link_whose_mail_was_late() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?.session;
    house.mails().await?;
    request(&house, &ada, NEW_ADDRESS).await?;
    house.clock.advance(20 * HOUR);
    let link = house.mailed_token(CONFIRM).await?;
    house.clock.advance(10 * HOUR);
    house.auth.links().peek(LinkPurpose::ConfirmAddress, &link, &from(FIREFOX)).await?;
    assert!(house.auth.account(&ada).pending_address().await?.is_some(), "it works still");
    let data = house.auth.account(&ada).data().await?;
    assert_eq!(data["pending_addresses"][0]["address"], NEW_ADDRESS);
    house.auth.account(&ada).cancel_address_change(&from(FIREFOX)).await?;
    let looked = house.auth.links().peek(LinkPurpose::ConfirmAddress, &link, &from(FIREFOX)).await;
    assert_eq!(problem(looked), Some(LinkProblem::Superseded));
    Ok(())
}

#[tokio::test]
async fn another_mail_replaces_the_first() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?.session;
    house.mails().await?;
    assert!(matches!(send_again(&house, &ada).await, Err(Error::NotFound)), "nothing is pending");
    request(&house, &ada, NEW_ADDRESS).await?;
    let first = house.mailed_token(CONFIRM).await?;
    house.clock.advance(MINUTE - 1);
    send_again(&house, &ada).await?;
    assert_eq!(house.post().await?, NOTHING, "once a minute is enough");
    house.clock.advance(11 * MINUTE);
    send_again(&house, &ada).await?;
    let second = house.mailed_token(CONFIRM).await?;
    let superseded = house.auth.links().peek(LinkPurpose::ConfirmAddress, &first, &auth::Client::default()).await;
    assert_eq!(problem(superseded), Some(LinkProblem::Superseded));
    house.auth.links().peek(LinkPurpose::ConfirmAddress, &second, &auth::Client::default()).await?;
    Ok(())
}

#[tokio::test]
async fn another_mail_is_throttled_like_any_other() -> Result<(), Error> {
    let house = throttle::strict().await?;
    let ada = house.sign_up(ADA).await?.session;
    request(&house, &ada, NEW_ADDRESS).await?;
    for _ in 0..3 {
        send_again(&house, &ada).await?;
    }
    assert_eq!(throttle::wait(send_again(&house, &ada).await), Some(SECOND));
    Ok(())
}

#[tokio::test]
async fn cancelling_voids_the_link() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?.session;
    house.mails().await?;
    request(&house, &ada, NEW_ADDRESS).await?;
    let link = house.mailed_token(CONFIRM).await?;
    for _ in 0..2 {
        house.auth.account(&ada).cancel_address_change(&from(FIREFOX)).await?;
    }
    assert_eq!(house.auth.account(&ada).pending_address().await?, None);
    let proof = LinkProof::Session(ada.clone());
    let confirmed = house.auth.links().confirm_address_change(&link, proof, &from(FIREFOX)).await;
    assert_eq!(problem(confirmed), Some(LinkProblem::Superseded));
    assert!(matches!(send_again(&house, &ada).await, Err(Error::NotFound)));
    let cancelled = house.told().await?.into_iter().filter(|told| told == "address_change_cancelled done").count();
    assert_eq!(cancelled, 1);
    assert_eq!(house.post().await?, NOTHING);
    Ok(())
}
