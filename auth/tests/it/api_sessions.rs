//! Sessions of the API: the same rotation, and no transport but their own.

use crate::house::{ADA, CURL, FIREFOX, House, PASSWORD, from, holding, refusal, remembered};
use auth::{DAY, Error, Grant, NewSession, Refusal, SESSIONS_PER_USER, SessionKind, SignIn, testing};

fn api() -> NewSession {
    NewSession { kind: SessionKind::Api, client: from(CURL), ..remembered() }
}

async fn sign_in_from_api(house: &House) -> Result<Grant, Error> {
    house.auth.sign_in(ADA, PASSWORD.into(), api()).await.map(SignIn::expect_grant)
}

async fn renew_in_body(house: &House, token: &str) -> Result<Grant, Error> {
    house.auth.sessions().refresh_in_body(token, &from(CURL)).await
}

#[tokio::test]
async fn a_session_of_the_api_rotates_by_the_same_rule() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let first = sign_in_from_api(&house).await?;
    assert!(first.device_token.is_none() && first.session.remembered);
    let second = renew_in_body(&house, first.refresh_token.expose()).await?;
    let repeated = renew_in_body(&house, first.refresh_token.expose()).await?;
    assert_eq!(repeated.refresh_token.expose(), second.refresh_token.expose());
    let third = renew_in_body(&house, second.refresh_token.expose()).await?;
    house.clock.advance(testing::config().refresh_grace + 1);
    let replayed = renew_in_body(&house, first.refresh_token.expose()).await;
    assert_eq!(refusal(replayed), Some(Refusal::Replayed));
    assert_eq!(house.end_reason(&first.session.id).await?.as_deref(), Some("replayed"));
    assert_eq!(refusal(renew_in_body(&house, third.refresh_token.expose()).await), Some(Refusal::NoSession));
    Ok(())
}

#[tokio::test]
async fn a_refresh_token_is_refused_by_the_transport_of_another_kind() -> Result<(), Error> {
    let house = House::new().await?;
    let browser = house.sign_up(ADA).await?;
    let api = sign_in_from_api(&house).await?;
    let token = api.refresh_token.expose();
    assert_eq!(refusal(house.refresh(token).await), Some(Refusal::WrongTransport));
    assert_eq!(house.look(token).await?, None);
    house.auth.sign_out(Some(token), None).await?;
    house.auth.sign_in(ADA, PASSWORD.into(), holding(token)).await?.expect_grant();
    assert_eq!(house.end_reason(&api.session.id).await?, None, "a cookie with it ends nothing");
    let in_body = renew_in_body(&house, browser.refresh_token.expose()).await;
    assert_eq!(refusal(in_body), Some(Refusal::WrongTransport));
    assert_eq!(house.row(&browser.session.id).await?.generation, 0);
    let told = house.told().await?;
    assert!(told.iter().any(|event| event.contains("refresh_wrong_transport")), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn an_access_token_is_refused_on_the_other_side() -> Result<(), Error> {
    let house = House::new().await?;
    let browser = house.sign_up(ADA).await?.session;
    let api = sign_in_from_api(&house).await?.session;
    let sessions = house.auth.sessions();
    let in_api = async |token: &str| sessions.authenticate_api_client(token, &from(FIREFOX)).await;
    let (browsers, apis) = (house.bearer(&browser)?, house.bearer(&api)?);
    assert_eq!(house.authenticate(&browsers).await?.id, browser.id);
    assert_eq!(in_api(&apis).await?.id, api.id);
    assert_eq!(refusal(house.authenticate(&apis).await), Some(Refusal::WrongTransport));
    assert_eq!(refusal(in_api(&browsers).await), Some(Refusal::WrongTransport));
    Ok(())
}

#[tokio::test]
async fn fifty_sessions_of_the_api_disturb_no_other_kind() -> Result<(), Error> {
    let house = House::new().await?;
    let browser = house.sign_up(ADA).await?;
    let first = sign_in_from_api(&house).await?;
    for _ in 0..SESSIONS_PER_USER {
        sign_in_from_api(&house).await?;
    }
    assert_eq!(house.end_reason(&browser.session.id).await?, None);
    assert_eq!(house.end_reason(&first.session.id).await?.as_deref(), Some("too_many"));
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox WHERE template = 'new_device'").await?, 1, "one mail a day");
    house.clock.advance(DAY);
    sign_in_from_api(&house).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox WHERE template = 'new_device'").await?, 2);
    Ok(())
}
