//! A page whose browser holds another session by now.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, SAFARI, from, holding, refusal, remembered};
use auth::{DAY, Error, Grant, MINUTE, Refusal, SignIn};

impl House {
    /// Refreshes as a page of the session `page` does.
    async fn renew_from(&self, page: &str, grant: &Grant) -> Result<Grant, Error> {
        self.auth.sessions().refresh(grant.refresh_token.expose(), &from(FIREFOX), Some(page)).await
    }

    /// Returns whether a page of `old` continues in `new`.
    async fn goes_on(&self, old: &Grant, new: &Grant) -> Result<bool, Error> {
        match self.renew_from(old.session.id.as_str(), new).await {
            Ok(renewed) => Ok(renewed.session.id == new.session.id && renewed.session.id != old.session.id),
            Err(Error::SessionChanged) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn sign_in_after(&self, old: &Grant, email: &str) -> Result<Grant, Error> {
        self.auth.sign_in(email, PASSWORD.into(), holding(old.refresh_token.expose())).await.map(SignIn::expect_grant)
    }
}

#[tokio::test]
async fn a_page_continues_after_a_reauthentication() -> Result<(), Error> {
    let house = House::new().await?;
    let page = house.sign_up(ADA).await?;
    let holding_it = || holding(page.refresh_token.expose());
    let proven = house.auth.account(&page.session).reauthenticate(PASSWORD.into(), holding_it()).await?;
    assert!(house.goes_on(&page, &proven).await?);
    let changed =
        house.auth.account(&proven.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()).await?;
    assert!(house.goes_on(&proven, &changed).await?);
    assert!(house.goes_on(&page, &changed).await?, "two sessions later, too");
    assert_eq!(house.row(&changed.session.id).await?.generation, 1, "its token rotated, and was repeated");
    Ok(())
}

#[tokio::test]
async fn a_page_continues_however_its_session_ended() -> Result<(), Error> {
    let house = House::new().await?;
    let page = house.sign_up(ADA).await?;
    let superseding = house.sign_in_after(&page, ADA).await?;
    assert!(house.goes_on(&page, &superseding).await?);

    house.auth.sign_out(Some(superseding.refresh_token.expose()), None).await?;
    let after_sign_out = house.sign_in(ADA).await?;
    assert!(house.goes_on(&superseding, &after_sign_out).await?);

    let stolen = house.sign_in(ADA).await?;
    house.renew(&house.renew(&stolen).await?).await?;
    house.clock.advance(MINUTE);
    assert_eq!(refusal(house.renew(&stolen).await), Some(Refusal::Replayed));
    let after_theft = house.sign_in(ADA).await?;
    assert!(house.goes_on(&stolen, &after_theft).await?, "a page loaded anew would be given as much");

    let unended = house.sign_in(ADA).await?;
    let beside_it = house.sign_in(ADA).await?;
    assert!(house.goes_on(&unended, &beside_it).await?);
    house.clock.advance(14 * DAY);
    let after_expiry = house.sign_in(ADA).await?;
    assert!(house.goes_on(&unended, &after_expiry).await?);
    Ok(())
}

#[tokio::test]
async fn a_page_of_another_person_is_refused() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    assert!(!house.goes_on(&ada, &bob).await?, "a live session of another");
    house.auth.sign_out(Some(ada.refresh_token.expose()), None).await?;
    assert!(!house.goes_on(&ada, &bob).await?, "an ended one");
    assert!(!house.goes_on(&house.sign_in(ADA).await?, &bob).await?);

    house.execute("DELETE FROM users WHERE id = $1", &ada.session.user.id).await?;
    let again = house.sign_up(ADA).await?;
    assert!(!house.goes_on(&ada, &again).await?, "who has only the address of who was deleted is somebody else");
    assert_eq!(house.row(&bob.session.id).await?.generation, 0);
    assert_eq!(house.row(&again.session.id).await?.generation, 0);
    Ok(())
}

#[tokio::test]
async fn a_page_of_an_unknown_session_is_refused() -> Result<(), Error> {
    let house = House::new().await?;
    let page = house.sign_up(ADA).await?;
    let new = house.sign_in_after(&page, ADA).await?;
    house.clock.advance(DAY - 1);
    house.auth.upkeep().sweep().await?;
    assert!(house.goes_on(&page, &new).await?);
    house.clock.advance(1);
    house.auth.upkeep().sweep().await?;
    assert!(!house.goes_on(&page, &new).await?);

    let nobodys = uuid::Uuid::now_v7().to_string();
    for page in ["", "garbage", "\0", "ö", nobodys.as_str()] {
        let answer = house.renew_from(page, &new).await;
        assert!(matches!(answer, Err(Error::SessionChanged)), "{page:?}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_gains_no_right_that_its_browser_does_not_have() -> Result<(), Error> {
    let house = House::new().await?;
    let page = house.sign_up(ADA).await?;
    let first = house.sign_in_after(&page, ADA).await?;
    assert_eq!(refusal(house.renew_from(first.session.id.as_str(), &page).await), Some(Refusal::NoSession));
    assert_eq!(refusal(house.renew_from(page.session.id.as_str(), &page).await), Some(Refusal::NoSession));

    house.disable(&page.session.user.id).await?;
    assert_eq!(refusal(house.renew_from(page.session.id.as_str(), &first).await), Some(Refusal::Disabled));
    house.execute("UPDATE users SET disabled_at = NULL WHERE id = $1", &page.session.user.id).await?;

    let second = house.renew_from(page.session.id.as_str(), &first).await?;
    let repeated = house.renew_from(page.session.id.as_str(), &first).await?;
    assert_eq!(repeated.refresh_token.expose(), second.refresh_token.expose());
    let replayed = house
        .auth
        .sessions()
        .refresh(first.refresh_token.expose(), &from(SAFARI), Some(page.session.id.as_str()))
        .await;
    assert_eq!(refusal(replayed), Some(Refusal::Replayed), "a used token is no better from there");
    assert_eq!(house.end_reason(&first.session.id).await?.as_deref(), Some("replayed"));
    Ok(())
}

#[tokio::test]
async fn signing_in_and_out_affect_only_sessions_of_the_pages_person() -> Result<(), Error> {
    let house = House::new().await?;
    let (page, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    let new = house.sign_in_after(&page, ADA).await?;
    let may_act = async |page: &str, token: &str| match house
        .auth
        .sessions()
        .require_page_of_token(token, page, &from(FIREFOX))
        .await
    {
        Ok(()) => Ok(true),
        Err(Error::SessionChanged) => Ok(false),
        Err(error) => Err(error),
    };
    let token = new.refresh_token.expose();
    assert!(may_act(new.session.id.as_str(), token).await?);
    assert!(may_act(page.session.id.as_str(), token).await?);
    assert!(!may_act(bob.session.id.as_str(), token).await?);
    assert!(!may_act("garbage", token).await?);
    let forged = format!("{}AAAA", &token[..token.len() - 4]);
    assert!(!may_act(page.session.id.as_str(), &forged).await?, "nobody knows whose that is");
    assert!(may_act(page.session.id.as_str(), "garbage").await?, "which names no session to act on");
    Ok(())
}
