//! A replayed refresh token ends its session, although the call fails.

use crate::house::{ADA, FIREFOX, House, SAFARI, from, from_address, refusal};
use auth::{DAY, Error, Grant, HOUR, MINUTE, Refusal, SECOND};

/// Presents `token` from `user_agent` and asserts that the session and its tokens end.
async fn ends_the_session(house: &House, token: &Grant, current: &Grant, user_agent: &str) -> Result<(), Error> {
    let bearer = house.bearer(&current.session)?;
    house.authenticate(&bearer).await?;
    let answer = house.auth.sessions().refresh(token.refresh_token.expose(), &from(user_agent), None).await;
    assert_eq!(refusal(answer), Some(Refusal::Replayed));

    let row = house.row(&current.session.id).await?;
    assert_eq!((row.end_reason.as_deref(), row.ended_at), (Some("replayed"), Some(house.clock.now())));
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "bearers too, at once");
    for grant in [token, current] {
        for user_agent in [FIREFOX, SAFARI] {
            let again = house.auth.sessions().refresh(grant.refresh_token.expose(), &from(user_agent), None).await;
            assert_eq!(refusal(again), Some(Refusal::NoSession));
            assert_eq!(house.auth.sessions().peek(grant.refresh_token.expose(), &from(user_agent)).await?, None);
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
    house.clock.advance(30 * SECOND + 1);
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
    let thiefs = house.auth.sessions().refresh(stolen.refresh_token.expose(), &from(SAFARI), None).await?;
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
async fn a_replay_of_an_ended_session_is_only_refused() -> Result<(), Error> {
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
async fn a_replay_is_reported_to_the_owner_once() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    house.renew(&house.renew(&first).await?).await?;
    house.clock.advance(MINUTE);
    let thief = from_address(SAFARI, [192, 0, 2, 66]);
    for _ in 0..3 {
        assert!(house.auth.sessions().refresh(first.refresh_token.expose(), &thief, None).await.is_err());
    }
    let theft = "SELECT COUNT(*) FROM outbox WHERE template = 'token_theft' AND to_address = 'ada@example.com'";
    assert_eq!(house.count(theft).await?, 1);
    let mail = house.auth.outbox().claim(10).await?.pop().unwrap();
    assert!(
        mail.text.contains("192.0.2.66") && mail.text.contains(r#""browser":"Safari","system":"macOS""#),
        "{}",
        mail.text
    );
    Ok(())
}

/// Two quick forms in another tab have rotated the token of a slow one twice.
#[tokio::test]
async fn a_slow_request_beside_quick_ones_is_no_replay() -> Result<(), Error> {
    let house = House::new().await?;
    let slow = house.sign_up(ADA).await?;
    house.clock.advance(HOUR);
    let mut current = slow.refresh_token.expose().to_owned();
    for _ in 0..20 {
        current = house.refresh(&current).await?.refresh_token.expose().to_owned();
        house.clock.advance(SECOND);
    }
    house.clock.advance(10 * SECOND);
    assert!(house.look(slow.refresh_token.expose()).await?.is_some(), "30 s after it ended");
    assert_eq!(house.renew(&slow).await?.refresh_token.expose(), current, "the current token again");
    house.clock.advance(1);
    assert_eq!(house.look(slow.refresh_token.expose()).await?, None);
    assert_eq!(refusal(house.renew(&slow).await), Some(Refusal::Replayed), "a moment later it is one");
    Ok(())
}

#[tokio::test]
async fn hundreds_of_rotations_within_a_grace_period_raise_no_alarm() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let mut tokens = vec![first.refresh_token.expose().to_owned()];
    for _ in 0..300 {
        let next = house.refresh(&tokens[tokens.len() - 1]).await?;
        tokens.push(next.refresh_token.expose().to_owned());
        house.clock.advance(100);
    }
    for token in &tokens[..tokens.len() - 1] {
        assert_eq!(house.refresh(token).await?.refresh_token.expose(), tokens[tokens.len() - 1]);
    }
    let history = "SELECT CAST(MAX(LENGTH(rotation_history)) AS BIGINT) FROM sessions";
    assert!(house.count(history).await? < 1_000, "and the row stays small");
    house.clock.advance(2 * SECOND);
    assert_eq!(refusal(house.refresh(&tokens[0]).await), Some(Refusal::Replayed));
    Ok(())
}

/// Ways to show that the current token has arrived.
#[derive(Clone, Copy, Debug)]
enum Use {
    Page,
    Bearer,
}

#[tokio::test]
async fn the_previous_token_is_a_replay_once_the_current_one_was_used() -> Result<(), Error> {
    for shown_by in [Use::Page, Use::Bearer] {
        let house = House::new().await?;
        let first = house.sign_up(ADA).await?;
        house.clock.advance(HOUR);
        let current = house.renew(&first).await?;
        match shown_by {
            Use::Page => drop(house.look(current.refresh_token.expose()).await?),
            Use::Bearer => drop(house.authenticate(&house.bearer(&current.session)?).await?),
        }
        house.clock.advance(30 * SECOND);
        house.renew(&first).await?;
        house.clock.advance(1);
        assert_eq!(house.look(first.refresh_token.expose()).await?, None, "{shown_by:?}");
        ends_the_session(&house, &first, &current, FIREFOX).await?;
    }
    Ok(())
}

/// An access token from before the rotation, even of the same millisecond, shows nothing about the answer after it.
#[tokio::test]
async fn an_older_access_token_does_not_show_that_the_current_one_arrived() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let bearer = house.bearer(&first.session)?;
    house.look(first.refresh_token.expose()).await?;
    let current = house.renew(&first).await?;
    house.authenticate(&bearer).await?;
    house.look(first.refresh_token.expose()).await?;
    house.clock.advance(MINUTE);
    house.authenticate(&bearer).await?;
    assert_eq!(house.renew(&first).await?.refresh_token.expose(), current.refresh_token.expose());
    Ok(())
}

#[tokio::test]
async fn a_clock_that_was_set_back_revives_nothing() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    house.clock.advance(HOUR);
    let second = house.renew(&first).await?;
    house.clock.advance(-MINUTE);
    assert_eq!(house.look(first.refresh_token.expose()).await?, None);
    let third = house.renew(&second).await?;
    house.clock.advance(MINUTE);
    assert_eq!(house.look(first.refresh_token.expose()).await?, None, "not when it has come so far again, either");
    ends_the_session(&house, &first, &third, FIREFOX).await
}
