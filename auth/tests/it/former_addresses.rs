//! Former addresses of an account: their right to undo a change, and their mail.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, SAFARI, THIEF, from, remembered};
use crate::letterbox::{NOTHING, mail, token};
use auth::{Error, HOUR, LinkProof, MINUTE, Session};

const TYPO: &str = "ada@exmaple.com";
const FORMER: &str = "former_password_changed";

/// Changes the address of a session's account to `new` and confirms it.
async fn change(house: &House, session: &Session, new: &str) -> Result<(), Error> {
    house.auth.account(session).request_address_change(new, &from(SAFARI)).await?;
    let link = house.mailed_token("/confirm_address").await?;
    house.auth.links().confirm_address_change(&link, LinkProof::Session(session.clone()), &from(SAFARI)).await?;
    Ok(())
}

async fn delete(house: &House, session: &Session, address: &str) -> Result<(), Error> {
    house.auth.account(session).delete(address, &from(SAFARI)).await
}

#[tokio::test]
async fn a_never_verified_address_gets_no_undo_link() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(TYPO).await?;
    change(&house, &ada.session, ADA).await?;
    let mails = house.mails().await?;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, TYPO));
    assert_eq!(mails[0].subject, "address_dropped");
    assert_eq!(token(&mails[0], "/undo_address"), None);
    for secret in [ADA, "Safari", "token="] {
        assert!(!mails[0].text.contains(secret) && !mails[0].html.contains(secret), "{secret}: {}", mails[0].text);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'undo_address'").await?, 0);

    let stranger = house.sign_up(TYPO).await?;
    assert_ne!(stranger.session.user.id, ada.session.user.id, "the address is free for its owner at once");
    house.mails().await?;
    let new = remembered();
    house.auth.account(&ada.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), new).await?;
    assert_eq!(house.post().await?, [mail(ADA, "password_changed")], "the stranger is told nothing more");
    Ok(())
}

#[tokio::test]
async fn a_never_verified_address_is_not_reserved() -> Result<(), Error> {
    let house = House::new().await?;
    let eve = house.sign_up(BOB).await?;
    change(&house, &eve.session, THIEF).await?;
    house.sign_up(BOB).await?;
    Ok(())
}

#[tokio::test]
async fn a_new_password_is_reported_to_a_former_address_that_can_undo() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let ada = house.verified(&ada).await?;
    change(&house, &ada.session, THIEF).await?;
    let undo = house.mailed_token("/undo_address").await?;
    let changed =
        house.auth.account(&ada.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()).await?;
    assert_eq!(house.post().await?, [mail(THIEF, "password_changed"), mail(ADA, FORMER)]);

    house.auth.links().request_reset(THIEF, from(SAFARI)).await?;
    house.auth.upkeep().settle().await;
    let link = house.mailed_token("/reset_password").await?;
    house.auth.links().reset_password(&link, PASSWORD.into(), &from(SAFARI)).await?;
    assert_eq!(house.post().await?, [mail(THIEF, "password_reset"), mail(ADA, FORMER)]);

    // The thief moves on and undoes that: both previous addresses are notified.
    house.clock.advance(MINUTE);
    let thief = house.sign_in(THIEF).await?;
    assert_ne!(thief.session.id, changed.session.id);
    house.mails().await?;
    change(&house, &thief.session, BOB).await?;
    let thiefs_undo = house.mailed_token("/undo_address").await?;
    house.auth.links().undo_address_change(&thiefs_undo, NEW_PASSWORD.into(), &from(SAFARI)).await?;
    let told = house.post().await?;
    let expected = [mail(THIEF, "password_reset"), mail(ADA, FORMER), mail(BOB, "address_change_undone")];
    assert_eq!(told, expected);

    house.auth.links().undo_address_change(&undo, PASSWORD.into(), &from(FIREFOX)).await?;
    let told = house.post().await?;
    assert_eq!(told, [mail(ADA, "password_reset"), mail(THIEF, "address_change_undone")]);
    Ok(())
}

#[tokio::test]
async fn an_undo_is_reported_to_each_address_that_loses_its_link() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let ada = house.verified(&ada).await?;
    change(&house, &ada.session, THIEF).await?;
    let undo = house.mailed_token("/undo_address").await?;
    house.clock.advance(MINUTE);
    change(&house, &ada.session, BOB).await?;
    house.mails().await?;
    house.auth.links().undo_address_change(&undo, NEW_PASSWORD.into(), &from(FIREFOX)).await?;
    let undone = "address_change_undone";
    assert_eq!(house.post().await?, [mail(ADA, "password_reset"), mail(BOB, undone), mail(THIEF, undone)]);
    Ok(())
}

#[tokio::test]
async fn an_account_cannot_be_deleted_while_its_owner_can_undo_a_change() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let ada = house.verified(&ada).await?;
    change(&house, &ada.session, THIEF).await?;
    let undo = house.mailed_token("/undo_address").await?;
    for told in [&[mail(ADA, "deletion_refused")][..], &NOTHING] {
        let refused = delete(&house, &ada.session, THIEF).await;
        assert!(
            matches!(refused, Err(Error::DeletionTooEarly { retry_after }) if retry_after == 72 * HOUR),
            "{refused:?}"
        );
        assert_eq!(house.post().await?, told, "once a day");
    }
    let refused = house.told().await?.into_iter().filter(|told| told == "account_deleted refused can_be_undone");
    assert_eq!(refused.count(), 2);
    house.auth.links().undo_address_change(&undo, NEW_PASSWORD.into(), &from(FIREFOX)).await?;
    let back = house.auth.sign_in(ADA, NEW_PASSWORD.into(), remembered()).await?.expect_grant();
    assert_eq!(back.session.user.id, ada.session.user.id);
    delete(&house, &back.session, ADA).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 0, "the owner may, at once");
    Ok(())
}

#[tokio::test]
async fn an_account_can_be_deleted_once_no_change_can_be_undone() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let ada = house.verified(&ada).await?;
    change(&house, &ada.session, BOB).await?;
    house.clock.advance(72 * HOUR);
    let ada = house.sign_in(BOB).await?;
    delete(&house, &ada.session, BOB).await?;

    let typo = house.sign_up(TYPO).await?;
    change(&house, &typo.session, ADA).await?;
    delete(&house, &typo.session, ADA).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 0, "an unverified address keeps nothing");
    Ok(())
}
