//! An old secret beside the new one: its tokens still verify, and new ones use the new secret.

use crate::house::{ADA, FIREFOX, House, from, refusal};
use auth::{AppSecret, Auth, Config, Error, MINUTE, Refusal, testing};

fn after_the_change(house: &House, old_secret: Option<AppSecret>) -> Result<Auth, Error> {
    let secret = AppSecret::new("Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y".into()).expect("long enough");
    Auth::new(house.db.clone(), house.clock.clone(), Config { secret, old_secret, ..testing::config() })
}

#[tokio::test]
async fn tokens_of_the_old_secret_are_replaced_by_tokens_of_the_new_one() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let bearer = house.bearer(&first.session)?;
    let both = after_the_change(&house, Some(testing::config().secret))?;
    let new_alone = after_the_change(&house, None)?;

    assert_eq!(both.sessions().authenticate(&bearer, &from(FIREFOX)).await?.id, first.session.id);
    assert!(both.sessions().peek(first.refresh_token.expose(), &from(FIREFOX)).await?.is_some());
    let second = both.sessions().refresh(first.refresh_token.expose(), &from(FIREFOX), None).await?;
    let repeated = both.sessions().refresh(first.refresh_token.expose(), &from(FIREFOX), None).await?;
    assert_eq!(repeated.refresh_token.expose(), second.refresh_token.expose());

    // A token granted after the change outlives the old secret.
    let new_bearer = both.sessions().access_token(&second.session).await?;
    assert_eq!(new_alone.sessions().authenticate(new_bearer.expose(), &from(FIREFOX)).await?.id, first.session.id);
    new_alone.sessions().refresh(second.refresh_token.expose(), &from(FIREFOX), None).await?;
    Ok(())
}

#[tokio::test]
async fn without_the_old_secret_its_tokens_are_refused() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let new_alone = after_the_change(&house, None)?;
    let refused = new_alone.sessions().refresh(ada.refresh_token.expose(), &from(FIREFOX), None).await;
    assert_eq!(refusal(refused), Some(Refusal::Forged));
    assert_eq!(
        refusal(new_alone.sessions().authenticate(&house.bearer(&ada.session)?, &from(FIREFOX)).await),
        Some(Refusal::Forged)
    );
    assert_eq!(new_alone.sessions().peek(ada.refresh_token.expose(), &from(FIREFOX)).await?, None);
    house.renew(&ada).await?;
    Ok(())
}

#[tokio::test]
async fn a_used_token_of_the_old_secret_is_a_replay() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let both = after_the_change(&house, Some(testing::config().secret))?;
    let second = both.sessions().refresh(first.refresh_token.expose(), &from(FIREFOX), None).await?;
    both.sessions().refresh(second.refresh_token.expose(), &from(FIREFOX), None).await?;
    house.clock.advance(MINUTE);
    let replayed = both.sessions().refresh(first.refresh_token.expose(), &from(FIREFOX), None).await;
    assert_eq!(refusal(replayed), Some(Refusal::Replayed));
    Ok(())
}
