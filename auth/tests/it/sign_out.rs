//! Sign-out.

use crate::house::{ADA, BOB, House, refusal};
use auth::{Client, Error, HOUR, Refusal};

#[tokio::test]
async fn a_sign_out_ends_the_session_of_the_cookie_at_once() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let elsewhere = house.sign_in(ADA).await?;
    let bearer = house.bearer(&ada.session)?;
    assert_eq!(house.authenticate(&bearer).await?.id, ada.session.id);

    house.auth.sign_out(Some(ada.refresh_token.expose()), None).await?;
    assert_eq!(house.end_reason(&ada.session.id).await?.as_deref(), Some("signed_out"));
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession));
    assert_eq!(refusal(house.renew(&ada).await), Some(Refusal::NoSession));
    assert_eq!(house.look(ada.refresh_token.expose()).await?, None);
    house.renew(&elsewhere).await?;
    Ok(())
}

#[tokio::test]
async fn a_sign_out_ends_both_sessions_if_cookie_and_bearer_differ() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    house.auth.sign_out(Some(ada.refresh_token.expose()), Some(&bob.session)).await?;
    for session in [&ada.session, &bob.session] {
        assert_eq!(house.end_reason(&session.id).await?.as_deref(), Some("signed_out"));
        assert_eq!(refusal(house.authenticate(&house.bearer(session)?).await), Some(Refusal::NoSession));
    }
    Ok(())
}

#[tokio::test]
async fn a_sign_out_accepts_any_generation_and_a_bearer_alone() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let third = house.renew(&house.renew(&first).await?).await?;
    house.auth.sign_out(Some(first.refresh_token.expose()), None).await?;
    assert_eq!(house.end_reason(&first.session.id).await?.as_deref(), Some("signed_out"), "not replayed");
    assert_eq!(refusal(house.renew(&third).await), Some(Refusal::NoSession));

    let other = house.sign_in(ADA).await?;
    house.auth.sign_out(None, Some(&other.session)).await?;
    assert_eq!(refusal(house.renew(&other).await), Some(Refusal::NoSession));
    Ok(())
}

#[tokio::test]
async fn a_sign_out_is_idempotent() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let bob = house.sign_up(BOB).await?;
    let token = ada.refresh_token.expose();
    house.auth.sign_out(Some(token), Some(&ada.session)).await?;
    let ended = house.row(&ada.session.id).await?;
    house.clock.advance(HOUR);
    house.auth.sign_out(Some(token), Some(&ada.session)).await?;
    house.auth.sign_out(Some("garbage"), None).await?;
    house.auth.sign_out(None, None).await?;
    assert_eq!(house.row(&ada.session.id).await?, ended, "it ended once, then");
    assert_eq!(house.end_reason(&bob.session.id).await?, None, "and nobody else's did");
    Ok(())
}

#[tokio::test]
async fn an_ended_session_still_names_its_owner() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let token = ada.refresh_token.expose();
    house.auth.sign_out(Some(token), None).await?;
    let known = Client { token: ada.device_token.clone(), ..Client::default() };
    let unknown = Client { token: house.sign_up(BOB).await?.device_token, ..Client::default() };
    let owner = async |token, page, client| house.auth.former_owner(token, page, client).await;
    let no_device = Client::default();
    assert_eq!(owner(Some(token), None, &no_device).await?.as_ref(), Some(&ada.session.user.id));
    let forged = format!("{}AAAA", &token[..token.len() - 4]);
    assert_eq!(owner(Some(&forged), None, &known).await?, None, "only to a token of ours");
    assert_eq!(owner(Some("garbage"), None, &known).await?, None);
    let page = ada.session.id.as_str();
    assert_eq!(owner(None, Some(page), &known).await?.as_ref(), Some(&ada.session.user.id));
    for stranger in [&no_device, &unknown] {
        assert_eq!(owner(None, Some(page), stranger).await?, None, "a page may say anything");
    }
    assert_eq!(owner(Some("garbage"), Some(page), &known).await?, None, "the cookie counts where there is one");
    assert_eq!(owner(None, Some("garbage"), &known).await?, None);
    Ok(())
}
