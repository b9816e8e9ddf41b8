//! A refresh token that was used twice: the session ends, although the call fails.

use crate::house::{ADA, FIREFOX, House, SAFARI, from, from_address, refusal};
use auth::{DAY, Error, Grant, HOUR, MINUTE, Refusal, SECOND};

/// Presents `token` from `user_agent`, which must end the session and everything that hangs on it.
async fn ends_the_session(house: &House, token: &Grant, current: &Grant, user_agent: &str) -> Result<(), Error> {
    let bearer = house.bearer(&current.session)?;
    house.authenticate(&bearer).await?;
    let answer = house.auth.refresh(token.refresh_token.expose(), &from(user_agent), None).await;
    assert_eq!(refusal(answer), Some(Refusal::Replayed));

    let row = house.row(&current.session.id).await?;
    assert_eq!((row.end_reason.as_deref(), row.ended_at), (Some("replayed"), Some(house.clock.now())));
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "bearers too, at once");
    for grant in [token, current] {
        for user_agent in [FIREFOX, SAFARI] {
            let again = house.auth.refresh(grant.refresh_token.expose(), &from(user_agent), None).await;
            assert_eq!(refusal(again), Some(Refusal::NoSession));
            assert_eq!(house.auth.look(grant.refresh_token.expose(), &from(user_agent)).await?, None);
        }
    }
    assert_eq!(house.row(&current.session.id).await?, row, "it stays ended as it was");
    Ok(())
}

#[tokio::test]
async fn two_generations_late() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let elsewhere = house.sign_in(ADA).await?;
    let current = house.renew(&house.renew(&first).await?).await?;
    ends_the_session(&house, &first, &current, FIREFOX).await?;
    house.renew(&elsewhere).await?;
    Ok(())
}

#[tokio::test]
async fn many_generations_late() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let mut current = house.renew(&first).await?;
    for _ in 0..20 {
        house.clock.advance(HOUR);
        current = house.renew(&current).await?;
    }
    ends_the_session(&house, &first, &current, FIREFOX).await
}

#[tokio::test]
async fn a_repeat_from_another_user_agent() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let current = house.renew(&first).await?;
    house.clock.advance(SECOND);
    ends_the_session(&house, &first, &current, SAFARI).await
}

#[tokio::test]
async fn the_owner_after_a_thief_who_was_quicker() -> Result<(), Error> {
    let house = House::new().await?;
    let stolen = house.sign_up(ADA).await?;
    let thiefs = house.auth.refresh(stolen.refresh_token.expose(), &from(SAFARI), None).await?;
    ends_the_session(&house, &stolen, &thiefs, FIREFOX).await
}

#[tokio::test]
async fn a_late_repeat_from_another_user_agent() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let current = house.renew(&first).await?;
    house.clock.advance(HOUR);
    ends_the_session(&house, &first, &current, SAFARI).await
}

#[tokio::test]
async fn late_twice_in_a_day() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let second = house.renew(&first).await?;
    house.clock.advance(MINUTE);
    house.renew(&first).await?;
    let current = house.renew(&second).await?;
    house.clock.advance(DAY - 1);
    ends_the_session(&house, &second, &current, FIREFOX).await
}

#[tokio::test]
async fn the_same_token_late_twice() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let current = house.renew(&first).await?;
    house.clock.advance(MINUTE);
    house.renew(&first).await?;
    house.clock.advance(1);
    ends_the_session(&house, &first, &current, FIREFOX).await
}

#[tokio::test]
async fn a_replay_of_a_session_that_is_over_is_only_refused() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let current = house.renew(&house.renew(&first).await?).await?;
    house.auth.sign_out(Some(current.refresh_token.expose()), None).await?;
    assert_eq!(refusal(house.renew(&first).await), Some(Refusal::NoSession));
    assert_eq!(house.end_reason(&first.session.id).await?.as_deref(), Some("signed_out"));

    let first = house.sign_in(ADA).await?;
    house.renew(&house.renew(&first).await?).await?;
    house.clock.advance(14 * DAY);
    assert_eq!(refusal(house.renew(&first).await), Some(Refusal::NoSession));
    assert_eq!(house.end_reason(&first.session.id).await?, None, "it expired");
    Ok(())
}

#[tokio::test]
async fn the_owner_is_told_once_by_mail() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    house.renew(&house.renew(&first).await?).await?;
    let thief = from_address(SAFARI, [192, 0, 2, 66]);
    for _ in 0..3 {
        assert!(house.auth.refresh(first.refresh_token.expose(), &thief, None).await.is_err());
    }
    let theft = "SELECT COUNT(*) FROM outbox WHERE template = 'token_theft' AND to_address = 'ada@example.com'";
    assert_eq!(house.count(theft).await?, 1);
    let mail = house.auth.claim_mails(10).await?.pop().unwrap();
    assert!(mail.text.contains("192.0.2.66") && mail.text.contains("Safari on macOS"), "{}", mail.text);
    Ok(())
}
